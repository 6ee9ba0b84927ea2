// SPDX-License-Identifier: BSD-2-Clause
/*
 * Tables of names. Those of protocols and EtherTypes are in protocols.list and ethertypes.list;
 * those of ICMP are from the registries icmp-parameters and icmpv6-parameters of IANA.
 */
#include <netinet/in.h>
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

#define SHORT_NAME(literal)                  \
	{                                    \
		sizeof(literal) - 1, literal \
	}

/* IP protocols. Two of them depend on more than their number. */
static const struct short_name protocols[256] = {
#define NAME(number, name) [number] = SHORT_NAME(name),
#include "reader/text/protocols.inc"
#undef NAME
};

/* IP in IP: the name tells both versions. By the inner version, then by the outer one. */
static const struct short_name ip_in_ip[2][2] = {
	{ SHORT_NAME("IPIP"), SHORT_NAME("4in6") },
	{ SHORT_NAME("6in4"), SHORT_NAME("6in6") },
};

static const struct short_name *ip_protocol(uint8_t proto, uint16_t eth_type)
{
	if (__builtin_expect(proto == IPPROTO_IPIP || proto == IPPROTO_IPV6, 0))
		return &ip_in_ip[proto == IPPROTO_IPV6][eth_type == ETH_P_IPV6];
	return &protocols[proto];
}

const char *names_protocol(uint8_t proto, uint16_t eth_type)
{
	const struct short_name *name = ip_protocol(proto, eth_type);

	return name->length ? name->text : NULL;
}

static const struct {
	uint16_t type;
	const char *name;
} ethertypes[] = {
#define NAME(number, name) { number, name },
#include "reader/text/ethertypes.inc"
#undef NAME
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
	const struct short_name *name = ip_protocol(ev->proto, ev->eth_type);

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
