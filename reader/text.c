// SPDX-License-Identifier: BSD-2-Clause
/*
 * The lines that xdptap-reader prints:
 *
 *	[HH:MM:SS.uuuuuu] TCP 10.9.0.1:40000 -> 10.9.0.2:80 (74 bytes) [SYN]
 *
 * Each put_...() appends at `p` and returns the end.
 */
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include <linux/if_ether.h>

#include "reader/address.h"
#include "reader/digits.h"
#include "reader/names.h"
#include "reader/text.h"

/* The longest of every part, though no line has them all. stpcpy() adds a NUL. */
_Static_assert(sizeof("[] ") + CLOCK_TIME_BYTES + sizeof(" ") + IF_NAMESIZE + NAMES_MAX +
			       sizeof(" [] -> []") + 2 * (ADDRESS_IPV6_MAX + sizeof(":65535")) +
			       sizeof(" (4294967295 bytes)") + sizeof(" type 255 code 255 ") +
			       NAMES_MAX <
		       TEXT_LINE_MAX - 100,
	       "100 bytes are left for the brackets");
_Static_assert(sizeof(" [FRAG,LOW_TTL,SYN,FIN,RST,PSH,ACK,URG,ECE,CWR,VLAN 4095 (15 tags),"
		      "MALFORMED]\n") <= 100,
	       "TEXT_LINE_MAX counts 100 for the brackets");

static bool is_ipv6(const struct packet_event *ev)
{
	return ev->eth_type == ETH_P_IPV6;
}

static char *put_protocol(char *p, const struct packet_event *ev)
{
	const char *name;

	if (ev->flags & XDPTAP_EV_IP) {
		name = names_protocol(ev->proto);
		return name ? stpcpy(p, name) : digits_put_u32(stpcpy(p, "PROTO_"), ev->proto);
	}
	/* Too short to have a type. */
	name = ev->len < ETH_HLEN ? NULL : names_ethertype(ev->eth_type);
	if (name)
		return stpcpy(p, name);
	p = stpcpy(p, "0x");
	for (uint16_t lead = 0x1000; lead > 1 && ev->eth_type < lead; lead >>= 4)
		*p++ = '0';
	return digits_put_hex16(p, ev->eth_type);
}

/* A MAC address, or an IP address with the port if ports were read. */
static char *put_endpoint(char *p, const struct packet_event *ev, const __u8 *address, __u16 port)
{
	bool ports = ev->flags & XDPTAP_EV_PORTS;

	if (!(ev->flags & XDPTAP_EV_IP))
		return address_put_mac(p, address);
	if (!is_ipv6(ev)) {
		p = address_put_ipv4(p, address);
	} else {
		if (ports)
			*p++ = '[';
		p = address_put_ipv6(p, address);
		if (ports)
			*p++ = ']';
	}
	if (ports) {
		*p++ = ':';
		p = digits_put_u32(p, port);
	}
	return p;
}

static char *put_icmp(char *p, const struct packet_event *ev)
{
	const char *name = is_ipv6(ev) ? names_icmpv6(ev->icmp_type, ev->icmp_code)
				       : names_icmp(ev->icmp_type, ev->icmp_code);

	p = digits_put_u32(stpcpy(p, " type "), ev->icmp_type);
	p = digits_put_u32(stpcpy(p, " code "), ev->icmp_code);
	if (name) {
		*p++ = ' ';
		p = stpcpy(p, name);
	}
	return p;
}

/* In the order in which they are shown. */
static const struct {
	__u8 bit;
	char name[4];
} tcp_flags[] = {
	{ 0x02, "SYN" }, { 0x01, "FIN" }, { 0x04, "RST" }, { 0x08, "PSH" },
	{ 0x10, "ACK" }, { 0x20, "URG" }, { 0x40, "ECE" }, { 0x80, "CWR" },
};

/* Each with a comma in front. */
static char *put_tcp_flags(char *p, __u8 flags)
{
	for (size_t i = 0; i < sizeof(tcp_flags) / sizeof(tcp_flags[0]); i++) {
		if (flags & tcp_flags[i].bit) {
			*p++ = ',';
			memcpy(p, tcp_flags[i].name, 3);
			p += 3;
		}
	}
	return p;
}

static char *put_vlan(char *p, __u16 vlan)
{
	p = digits_put_u32(stpcpy(p, ",VLAN "), XDPTAP_VLAN_ID(vlan));
	if (XDPTAP_VLAN_DEPTH(vlan) > 1) {
		p = digits_put_u32(stpcpy(p, " ("), XDPTAP_VLAN_DEPTH(vlan));
		p = stpcpy(p, " tags)");
	}
	return p;
}

/* What is remarkable about the frame, in brackets; nothing if nothing is. */
static char *put_remarks(char *p, const struct packet_event *ev)
{
	char *start = p++; /* the space; what follows has its comma in front */

	if (ev->flags & XDPTAP_EV_FRAG)
		p = stpcpy(p, ",FRAG");
	if (ev->flags & XDPTAP_EV_LOW_TTL)
		p = stpcpy(p, ",LOW_TTL");
	if (ev->flags & XDPTAP_EV_TCP_FLAGS)
		p = put_tcp_flags(p, ev->tcp_flags);
	if (ev->flags & XDPTAP_EV_VLAN)
		p = put_vlan(p, ev->vlan);
	if (ev->flags & XDPTAP_EV_MALFORMED)
		p = stpcpy(p, ",MALFORMED");
	if (p == start + 1)
		return start;
	start[0] = ' ';
	start[1] = '[';
	*p++ = ']';
	return p;
}

char *text_put_line(char *p, struct clock *clock, const char *ifname, const struct packet_event *ev)
{
	*p++ = '[';
	p = clock_put_time(clock, p, ev->ts_ns);
	p = stpcpy(p, "] ");
	if (ifname) {
		p = stpcpy(p, ifname);
		*p++ = ' ';
	}
	p = put_protocol(p, ev);
	*p++ = ' ';
	p = put_endpoint(p, ev, ev->src, ev->sport);
	p = stpcpy(p, " -> ");
	p = put_endpoint(p, ev, ev->dst, ev->dport);
	p = digits_put_u32(stpcpy(p, " ("), ev->len);
	p = stpcpy(p, " bytes)");
	if (ev->flags & XDPTAP_EV_ICMP)
		p = put_icmp(p, ev);
	p = put_remarks(p, ev);
	*p++ = '\n';
	return p;
}
