// SPDX-License-Identifier: BSD-2-Clause
/*
 * Tables of names, from the registries of IANA (protocol-numbers, icmp-parameters and
 * icmpv6-parameters) and IEEE (EtherTypes).
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

#define NAME(literal)                        \
	{                                    \
		sizeof(literal) - 1, literal \
	}

/*
 * IANA's keywords, but for the names that everybody uses (ICMPv6, OSPF, UDP-Lite), and for 94,
 * which IANA calls IPIP as tools call 4.
 */
/* clang-format off */
static const struct short_name protocols[256] = {
	[0] = NAME("HOPOPT"),
	[1] = NAME("ICMP"),
	[2] = NAME("IGMP"),
	[3] = NAME("GGP"),
	[5] = NAME("ST"),
	[6] = NAME("TCP"),
	[7] = NAME("CBT"),
	[8] = NAME("EGP"),
	[9] = NAME("IGP"),
	[10] = NAME("BBN-RCC-MON"),
	[11] = NAME("NVP-II"),
	[12] = NAME("PUP"),
	[13] = NAME("ARGUS"),
	[14] = NAME("EMCON"),
	[15] = NAME("XNET"),
	[16] = NAME("CHAOS"),
	[17] = NAME("UDP"),
	[18] = NAME("MUX"),
	[19] = NAME("DCN-MEAS"),
	[20] = NAME("HMP"),
	[21] = NAME("PRM"),
	[22] = NAME("XNS-IDP"),
	[23] = NAME("TRUNK-1"),
	[24] = NAME("TRUNK-2"),
	[25] = NAME("LEAF-1"),
	[26] = NAME("LEAF-2"),
	[27] = NAME("RDP"),
	[28] = NAME("IRTP"),
	[29] = NAME("ISO-TP4"),
	[30] = NAME("NETBLT"),
	[31] = NAME("MFE-NSP"),
	[32] = NAME("MERIT-INP"),
	[33] = NAME("DCCP"),
	[34] = NAME("3PC"),
	[35] = NAME("IDPR"),
	[36] = NAME("XTP"),
	[37] = NAME("DDP"),
	[38] = NAME("IDPR-CMTP"),
	[39] = NAME("TP++"),
	[40] = NAME("IL"),
	[42] = NAME("SDRP"),
	[43] = NAME("IPv6-Route"),
	[44] = NAME("IPv6-Frag"),
	[45] = NAME("IDRP"),
	[46] = NAME("RSVP"),
	[47] = NAME("GRE"),
	[48] = NAME("DSR"),
	[49] = NAME("BNA"),
	[50] = NAME("ESP"),
	[51] = NAME("AH"),
	[52] = NAME("I-NLSP"),
	[53] = NAME("SWIPE"),
	[54] = NAME("NARP"),
	[55] = NAME("Min-IPv4"),
	[56] = NAME("TLSP"),
	[57] = NAME("SKIP"),
	[58] = NAME("ICMPv6"),
	[59] = NAME("no-next-header"),
	[60] = NAME("IPv6-Opts"),
	[62] = NAME("CFTP"),
	[64] = NAME("SAT-EXPAK"),
	[65] = NAME("KRYPTOLAN"),
	[66] = NAME("RVD"),
	[67] = NAME("IPPC"),
	[69] = NAME("SAT-MON"),
	[70] = NAME("VISA"),
	[71] = NAME("IPCV"),
	[72] = NAME("CPNX"),
	[73] = NAME("CPHB"),
	[74] = NAME("WSN"),
	[75] = NAME("PVP"),
	[76] = NAME("BR-SAT-MON"),
	[77] = NAME("SUN-ND"),
	[78] = NAME("WB-MON"),
	[79] = NAME("WB-EXPAK"),
	[80] = NAME("ISO-IP"),
	[81] = NAME("VMTP"),
	[82] = NAME("SECURE-VMTP"),
	[83] = NAME("VINES"),
	[84] = NAME("IPTM"),
	[85] = NAME("NSFNET-IGP"),
	[86] = NAME("DGP"),
	[87] = NAME("TCF"),
	[88] = NAME("EIGRP"),
	[89] = NAME("OSPF"),
	[90] = NAME("Sprite-RPC"),
	[91] = NAME("LARP"),
	[92] = NAME("MTP"),
	[93] = NAME("AX.25"),
	[94] = NAME("KA9Q-IPIP"),
	[95] = NAME("MICP"),
	[96] = NAME("SCC-SP"),
	[97] = NAME("EtherIP"),
	[98] = NAME("ENCAP"),
	[100] = NAME("GMTP"),
	[101] = NAME("IFMP"),
	[102] = NAME("PNNI"),
	[103] = NAME("PIM"),
	[104] = NAME("ARIS"),
	[105] = NAME("SCPS"),
	[106] = NAME("QNX"),
	[107] = NAME("A/N"),
	[108] = NAME("IPComp"),
	[109] = NAME("SNP"),
	[110] = NAME("Compaq-Peer"),
	[111] = NAME("IPX-in-IP"),
	[112] = NAME("VRRP"),
	[113] = NAME("PGM"),
	[115] = NAME("L2TP"),
	[116] = NAME("DDX"),
	[117] = NAME("IATP"),
	[118] = NAME("STP"),
	[119] = NAME("SRP"),
	[120] = NAME("UTI"),
	[121] = NAME("SMP"),
	[122] = NAME("SM"),
	[123] = NAME("PTP"),
	[124] = NAME("IS-IS"),
	[125] = NAME("FIRE"),
	[126] = NAME("CRTP"),
	[127] = NAME("CRUDP"),
	[128] = NAME("SSCOPMCE"),
	[129] = NAME("IPLT"),
	[130] = NAME("SPS"),
	[131] = NAME("PIPE"),
	[132] = NAME("SCTP"),
	[133] = NAME("FC"),
	[134] = NAME("RSVP-E2E-IGN"),
	[135] = NAME("Mobility"),
	[136] = NAME("UDP-Lite"),
	[137] = NAME("MPLS-in-IP"),
	[138] = NAME("MANET"),
	[139] = NAME("HIP"),
	[140] = NAME("Shim6"),
	[141] = NAME("WESP"),
	[142] = NAME("ROHC"),
	[143] = NAME("Ethernet"),
	[144] = NAME("AGGFRAG"),
	[145] = NAME("NSH"),
	[146] = NAME("Homa"),
	[147] = NAME("BIT-EMU"),
	[255] = NAME("Reserved"),
};
/* clang-format on */

/* IP in IP: the name tells both versions. By the inner version, then by the outer one. */
static const struct short_name ip_in_ip[2][2] = {
	{ NAME("IPIP"), NAME("4in6") },
	{ NAME("6in4"), NAME("6in6") },
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
	{ 0x88b8, "GOOSE" }, /* IEC 61850 */
	{ 0x88ba, "SV" },
	{ 0x88b9, "GSE" },
	{ 0x22f0, "AVTP" }, /* IEEE 1722 */
	{ 0x22ea, "SRP" },
	{ 0x22f3, "TRILL" },
	{ 0x22f4, "L2-IS-IS" },
	{ 0x88f5, "MVRP" },
	{ 0x88f6, "MMRP" },
	{ 0x8903, "FabricPath" },
	{ 0x8940, "ECP" },
	{ 0x8947, "GeoNetworking" },
	{ 0x88dc, "WSMP" },
	{ 0x88ca, "TIPC" },
	{ 0x887b, "HomePlug" },
	{ 0x88e1, "HomePlug-AV" },
	{ 0x893a, "IEEE-1905.1" },
	{ 0x88ab, "POWERLINK" },
	{ 0x88cd, "SERCOS-III" },
	{ 0x88e3, "MRP" },
	{ 0x88f8, "NC-SI" },
	{ 0x88c7, "802.11-preauth" },
	{ 0x890d, "TDLS" },
	{ 0x876b, "TCP-comp" },
	{ 0x880b, "PPP" },
	{ 0x880c, "GSMP" },
	{ 0x8819, "CobraNet" },
	{ 0x8899, "Realtek" },
	{ 0x6002, "MOP-RC" },
	{ 0x6003, "DECnet" },
	{ 0x8870, "Jumbo-LLC" },
	{ 0x8929, "MIRP" }, /* IEEE 802.1Qbe */
	{ 0x893f, "802.1BR" },
	{ 0x8926, "VN-Tag" },
	{ 0xf1c1, "R-Tag" }, /* IEEE 802.1CB */
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
