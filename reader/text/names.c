// SPDX-License-Identifier: BSD-2-Clause
/*
 * Tables of names, from the registries of IANA (protocol-numbers, icmp-parameters and
 * icmpv6-parameters) and IEEE (EtherTypes).
 */
#include <stddef.h>
#include <string.h>

#include <linux/if_ether.h>

#include "reader/text/digits.h"
#include "reader/text/names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* All names have one size, so that copying one takes a single store. */
struct short_name {
	uint8_t length; /* 0: none */
	char text[15];
};

#define NAME(literal)                        \
	{                                    \
		sizeof(literal) - 1, literal \
	}

/* clang-format off */
static const struct short_name protocols[256] = {
	[1] = NAME("ICMP"),
	[2] = NAME("IGMP"),
	[6] = NAME("TCP"),
	[17] = NAME("UDP"),
	[33] = NAME("DCCP"),
	[41] = NAME("IPv6"),
	[47] = NAME("GRE"),
	[50] = NAME("ESP"),
	[51] = NAME("AH"),
	[58] = NAME("ICMPv6"),
	[89] = NAME("OSPF"),
	[132] = NAME("SCTP"),
	[136] = NAME("UDP-Lite"),
	[255] = NAME("Reserved"),
};
/* clang-format on */

const char *names_protocol(uint8_t proto)
{
	return protocols[proto].length ? protocols[proto].text : NULL;
}

/* The most frequent types come first: the search is linear. */
static const struct {
	uint16_t type;
	const char *name;
} ethertypes[] = {
	{ ETH_P_ARP, "ARP" },
	{ 0x88cc, "LLDP" },
	{ ETH_P_PAE, "EAPOL" },
	{ ETH_P_IP, "IPv4" },
	{ ETH_P_IPV6, "IPv6" },
	{ ETH_P_SLOW, "Slow" }, /* LACP, OAM, ESMC */
	{ ETH_P_MPLS_UC, "MPLS" },
	{ ETH_P_MPLS_MC, "MPLS" },
	{ ETH_P_PPP_DISC, "PPPoE-D" },
	{ ETH_P_PPP_SES, "PPPoE-S" },
	{ ETH_P_1588, "PTP" },
	{ ETH_P_RARP, "RARP" },
	{ 0x0842, "WoL" },
	{ ETH_P_8021Q, "802.1Q" },
	{ ETH_P_8021AD, "802.1ad" },
	{ 0x9100, "802.1Q-9100" }, /* as tcpdump names these */
	{ 0x9200, "802.1Q-9200" },
	{ 0x9300, "802.1Q-9300" },
	{ ETH_P_8021AH, "802.1ah" },
	{ ETH_P_MACSEC, "MACsec" },
	{ ETH_P_PAUSE, "PAUSE" },
	{ ETH_P_PROFINET, "PROFINET" },
	{ ETH_P_ETHERCAT, "EtherCAT" },
	{ ETH_P_AOE, "AoE" },
	{ ETH_P_FCOE, "FCoE" },
	{ ETH_P_FIP, "FIP" },
	{ ETH_P_IBOE, "RoCE" },
	{ ETH_P_HSR, "HSR" },
	{ ETH_P_PRP, "PRP" },
	{ ETH_P_LOOPBACK, "Loopback" },
	{ 0x8902, "CFM" },
	{ ETH_P_NSH, "NSH" },
	{ ETH_P_BATMAN, "BATMAN" },
	{ ETH_P_IPX, "IPX" },
	{ ETH_P_ATALK, "AppleTalk" },
	{ ETH_P_AARP, "AARP" },
};

const char *names_ethertype(uint16_t type)
{
	if (type < 0x0600)
		return "LLC";
	for (size_t i = 0; i < COUNT(ethertypes); i++)
		if (ethertypes[i].type == type)
			return ethertypes[i].name;
	return NULL;
}

static char *put_ethertype(char *p, const struct packet_event *ev)
{
	/* A shorter frame has no EtherType. */
	const char *name = ev->len < ETH_HLEN ? NULL : names_ethertype(ev->eth_type);

	return name ? stpcpy(p, name) : digits_put_hex4(stpcpy(p, "0x"), ev->eth_type);
}

char *names_put_protocol(char *p, const struct packet_event *ev)
{
	const struct short_name *name = &protocols[ev->proto];

	if (!(ev->flags & XDPTAP_EV_IP))
		return put_ethertype(p, ev);
	if (!name->length)
		return digits_put_u32(stpcpy(p, "PROTO_"), ev->proto);
	memcpy(p, name->text, sizeof(name->text));
	return p + name->length;
}

const struct names_tcp_flag names_tcp_flags[NAMES_TCP_FLAGS] = {
	{ 0x02, "SYN" }, { 0x01, "FIN" }, { 0x04, "RST" }, { 0x08, "PSH" },
	{ 0x10, "ACK" }, { 0x20, "URG" }, { 0x40, "ECE" }, { 0x80, "CWR" },
};

static const char *const icmp_types[256] = {
	[0] = "echo reply",
	[3] = "destination unreachable",
	[4] = "source quench",
	[5] = "redirect",
	[6] = "alternate host address",
	[8] = "echo request",
	[9] = "router advertisement",
	[10] = "router solicitation",
	[11] = "time exceeded",
	[12] = "parameter problem",
	[13] = "timestamp request",
	[14] = "timestamp reply",
	[15] = "information request",
	[16] = "information reply",
	[17] = "address mask request",
	[18] = "address mask reply",
	[30] = "traceroute",
	[31] = "datagram conversion error",
	[32] = "mobile host redirect",
	[33] = "IPv6 where-are-you",
	[34] = "IPv6 I-am-here",
	[35] = "mobile registration request",
	[36] = "mobile registration reply",
	[37] = "domain name request",
	[38] = "domain name reply",
	[40] = "Photuris",
	[42] = "extended echo request",
	[43] = "extended echo reply",
};

static const char *const icmp_unreachable[] = {
	"network unreachable",
	"host unreachable",
	"protocol unreachable",
	"port unreachable",
	"fragmentation needed",
	"source route failed",
	"destination network unknown",
	"destination host unknown",
	"source host isolated",
	"network administratively prohibited",
	"host administratively prohibited",
	"network unreachable for type of service",
	"host unreachable for type of service",
	"communication administratively prohibited",
	"host precedence violation",
	"precedence cutoff in effect",
};

static const char *const icmp_redirect[] = {
	"redirect for the network",
	"redirect for the host",
	"redirect for type of service and network",
	"redirect for type of service and host",
};

static const char *const icmp_exceeded[] = {
	"time to live exceeded in transit",
	"fragment reassembly time exceeded",
};

static const char *const icmpv6_types[256] = {
	[1] = "destination unreachable",
	[2] = "packet too big",
	[3] = "time exceeded",
	[4] = "parameter problem",
	[128] = "echo request",
	[129] = "echo reply",
	[130] = "multicast listener query",
	[131] = "multicast listener report",
	[132] = "multicast listener done",
	[133] = "router solicitation",
	[134] = "router advertisement",
	[135] = "neighbor solicitation",
	[136] = "neighbor advertisement",
	[137] = "redirect",
	[138] = "router renumbering",
	[139] = "node information query",
	[140] = "node information response",
	[141] = "inverse neighbor discovery solicitation",
	[142] = "inverse neighbor discovery advertisement",
	[143] = "multicast listener report v2",
	[144] = "home agent address discovery request",
	[145] = "home agent address discovery reply",
	[146] = "mobile prefix solicitation",
	[147] = "mobile prefix advertisement",
	[148] = "certification path solicitation",
	[149] = "certification path advertisement",
	[151] = "multicast router advertisement",
	[152] = "multicast router solicitation",
	[153] = "multicast router termination",
	[154] = "FMIPv6",
	[155] = "RPL control",
	[156] = "ILNPv6 locator update",
	[157] = "duplicate address request",
	[158] = "duplicate address confirmation",
	[159] = "MPL control",
	[160] = "extended echo request",
	[161] = "extended echo reply",
};

static const char *const icmpv6_unreachable[] = {
	"no route to destination",
	"communication administratively prohibited",
	"beyond scope of source address",
	"address unreachable",
	"port unreachable",
	"source address failed policy",
	"reject route to destination",
	"error in source routing header",
	"headers too long",
};

static const char *const icmpv6_exceeded[] = {
	"hop limit exceeded in transit",
	"fragment reassembly time exceeded",
};

static const char *const icmpv6_parameter[] = {
	"erroneous header field",
	"unrecognized next header",
	"unrecognized IPv6 option",
	"first fragment has incomplete header chain",
};

const char *names_icmp(uint8_t type, uint8_t code)
{
	if (type == 3 && code < COUNT(icmp_unreachable))
		return icmp_unreachable[code];
	if (type == 5 && code < COUNT(icmp_redirect))
		return icmp_redirect[code];
	if (type == 11 && code < COUNT(icmp_exceeded))
		return icmp_exceeded[code];
	return icmp_types[type];
}

const char *names_icmpv6(uint8_t type, uint8_t code)
{
	if (type == 1 && code < COUNT(icmpv6_unreachable))
		return icmpv6_unreachable[code];
	if (type == 3 && code < COUNT(icmpv6_exceeded))
		return icmpv6_exceeded[code];
	if (type == 4 && code < COUNT(icmpv6_parameter))
		return icmpv6_parameter[code];
	return icmpv6_types[type];
}
