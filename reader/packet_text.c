// SPDX-License-Identifier: BSD-2-Clause
/*
 * The lines that xdptap-reader prints, and one with every option; used by format.c:
 *
 *	[HH:MM:SS.uuuuuu] TCP 10.9.0.1:40000 -> 10.9.0.2:80 (74 bytes) [SYN]
 *	[YYYY-MM-DD HH:MM:SS.uuuuuu] 02:00:00:00:00:01 -> 02:00:00:00:00:02
 *		TCP 10.9.0.1:40000 -> 10.9.0.2:80 (74 bytes) ttl 64 id 4711 [SYN] [DROP by fw]
 *		0x0000:  0200 0000 0002 0200 0000 0001 0800 4500  ..............E.
 *
 * Each put_...() appends at `p` and returns the end.
 */
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include <linux/if_ether.h>

#include "reader/text/address.h"
#include "reader/text/digits.h"
#include "reader/text/dump.h"
#include "reader/details.h"
#include "reader/headers.h"
#include "reader/llc.h"
#include "reader/malformed.h"
#include "reader/text/escape.h"
#include "reader/text/names.h"
#include "reader/packet_text.h"

#define INNER_VLANS " inner VLAN 4095,4095,4095,4095"
#define LLC_NUMBERS " oui 0xffffff type 0xffff"

/* The sum of the longest parts, though no line has them all. stpcpy() adds a NUL. */
_Static_assert(sizeof("[] ") + TIME_DATE_BYTES + sizeof(" ") + ESCAPE_IFNAME_MAX +
			       DETAILS_TEXT_MAX + sizeof(INNER_VLANS) + sizeof(LLC_NUMBERS) +
			       sizeof(" ->  ") + 2 * ADDRESS_MAC_BYTES + NAMES_MAX +
			       sizeof(" [] -> []") + 2 * (ADDRESS_IPV6_MAX + sizeof(":65535")) +
			       sizeof(" (4294967295 bytes)") + sizeof(" hlim 255 flow 0xfffff") +
			       sizeof(" type 255 code 255 ") + NAMES_MAX +
			       sizeof(" who-is  tell ") + 2 * ADDRESS_MAC_BYTES + sizeof(" ") +
			       MALFORMED_REASON_MAX + sizeof(" about  [] -> []") + NAMES_MAX +
			       2 * (ADDRESS_IPV6_MAX + sizeof(":65535")) <
		       PACKET_TEXT_LINE_MAX - FATE_MAX - 100,
	       "100 bytes are left for the brackets");
_Static_assert(TIME_EPOCH_MAX <= TIME_DATE_BYTES && TIME_SPAN_MAX <= TIME_DATE_BYTES,
	       "a date is the longest of times");
_Static_assert(
	sizeof(" [FRAG later,LOW_TTL,SYN,FIN,RST,PSH,ACK,URG,ECE,CWR,AE,VLAN 4095 (15+ tags),"
	       "MALFORMED]\n") <= 100,
	"PACKET_TEXT_LINE_MAX counts 100 for the brackets");

static bool is_ipv6(const struct packet_event *ev)
{
	return ev->eth_type == ETH_P_IPV6;
}

/* A MAC address, or an IP address with its port if there is one. */
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

/* In the words of tcpdump; operations of IANA's arp-parameters. */
static char *put_arp(char *p, const struct packet_event *ev)
{
	struct arp_address sender, target;

	memcpy(&sender, ev->src, sizeof(sender));
	memcpy(&target, ev->dst, sizeof(target));
	switch (ev->arp_op) {
	case 1: /* ARP request */
		p = address_put_ipv4(stpcpy(p, " who-has "), target.ipv4);
		return address_put_ipv4(stpcpy(p, " tell "), sender.ipv4);
	case 2: /* ARP reply */
		*p++ = ' ';
		p = address_put_ipv4(p, sender.ipv4);
		return address_put_mac(stpcpy(p, " is-at "), sender.mac);
	case 3: /* RARP request */
	case 8: /* InARP request */
		p = address_put_mac(stpcpy(p, " who-is "), target.mac);
		return address_put_mac(stpcpy(p, " tell "), sender.mac);
	case 4: /* RARP reply */
		*p++ = ' ';
		p = address_put_mac(p, target.mac);
		return address_put_ipv4(stpcpy(p, " at "), target.ipv4);
	case 9: /* InARP reply */
		*p++ = ' ';
		p = address_put_mac(p, sender.mac);
		return address_put_ipv4(stpcpy(p, " at "), sender.ipv4);
	}
	p = digits_put_u32(stpcpy(p, " op "), ev->arp_op);
	*p++ = ' ';
	p = address_put_ipv4(p, sender.ipv4);
	return address_put_ipv4(stpcpy(p, " -> "), target.ipv4);
}

/* Each begins with a comma. */
static char *put_tcp_flags(char *p, const struct packet_event *ev)
{
	for (size_t i = 0; i < NAMES_TCP_FLAGS; i++) {
		if (ev->tcp_flags & names_tcp_flags[i].bit) {
			*p++ = ',';
			memcpy(p, names_tcp_flags[i].name, 3);
			p += 3;
		}
	}
	return ev->flags & XDPTAP_EV_AE ? stpcpy(p, ",AE") : p;
}

static char *put_vlan(char *p, const struct packet_event *ev)
{
	p = digits_put_u32(stpcpy(p, ",VLAN "), XDPTAP_VLAN_ID(ev->vlan));
	if (XDPTAP_VLAN_DEPTH(ev->vlan) > 1) {
		p = digits_put_u32(stpcpy(p, " ("), XDPTAP_VLAN_DEPTH(ev->vlan));
		p = stpcpy(p, headers_more_tags(ev) ? "+ tags)" : " tags)");
	}
	return p;
}

/* What is special about the frame, in brackets; nothing if nothing is. */
static char *put_remarks(char *p, const struct packet_event *ev)
{
	char *start = p++; /* the space; what follows begins with a comma */

	if (ev->flags & XDPTAP_EV_FRAG)
		p = stpcpy(p, ev->flags & XDPTAP_EV_LATER ? ",FRAG later" : ",FRAG first");
	if (ev->flags & XDPTAP_EV_LOW_TTL)
		p = stpcpy(p, ",LOW_TTL");
	if (ev->flags & XDPTAP_EV_TCP_FLAGS)
		p = put_tcp_flags(p, ev);
	if (ev->flags & XDPTAP_EV_VLAN)
		p = put_vlan(p, ev);
	if (ev->flags & XDPTAP_EV_MALFORMED)
		p = stpcpy(p, ",MALFORMED");
	if (p == start + 1)
		return start;
	start[0] = ' ';
	start[1] = '[';
	*p++ = ']';
	return p;
}

/* Why a header is malformed, if the captured bytes tell. */
static char *put_reason(char *p, const struct packet *packet)
{
	char *end = malformed_put_reason(p + 1, packet);

	if (end == p + 1)
		return p;
	*p = ' ';
	return end;
}

/* Since the first line, or since the previous one. */
static char *put_span(struct packet_text *t, char *p, int64_t us)
{
	int64_t reference = t->has_reference ? t->reference_us : us;

	if (!t->has_reference || t->time == TEXT_TIME_SINCE_PREVIOUS)
		t->reference_us = us;
	t->has_reference = true;
	return time_put_span(p, us - reference);
}

/* Any time except the time of day. */
static char *put_other_time(struct packet_text *t, char *p, uint64_t ts_ns)
{
	int64_t us = time_wall_us(t->clock, ts_ns);

	if (t->time == TEXT_TIME_DATE)
		return time_put_date(t->clock, p, ts_ns);
	return t->time == TEXT_TIME_EPOCH ? time_put_epoch(p, us) : put_span(t, p, us);
}

/* Without IP the line shows them anyway. */
static char *put_link_level(char *p, const struct packet *packet)
{
	const uint8_t *macs = headers_macs(packet);

	if (!macs || !(packet->event->flags & XDPTAP_EV_IP))
		return p;
	p = stpcpy(address_put_mac(p, macs + ETH_ALEN), " -> ");
	p = address_put_mac(p, macs);
	*p++ = ' ';
	return p;
}

/* The IDs of the tags after the outermost one. */
static char *put_inner_vlans(char *p, const struct packet *packet)
{
	int id;

	for (int i = 1; (id = headers_vlan_id(packet, i)) >= 0; i++)
		p = digits_put_u32(stpcpy(p, i == 1 ? " inner VLAN " : ","), (uint32_t)id);
	return p;
}

/* The fields from one to another. */
static char *put_details(char *p, const struct details *d, size_t from, size_t to)
{
	for (const struct details_field *f = details_fields + from; f < details_fields + to; f++) {
		int64_t value = details_value(d, f);

		if (value < 0)
			continue;
		p = stpcpy(p, f->word);
		if (!f->flag)
			p = digits_put_u32(p, (uint32_t)value);
	}
	return p;
}

/* What an ICMP error is about. */
static char *put_quoted(char *p, const struct packet_event *quoted)
{
	if (!quoted->flags)
		return p;
	p = names_put_protocol(stpcpy(p, " about "), quoted);
	*p++ = ' ';
	p = put_endpoint(p, quoted, quoted->src, quoted->sport);
	return put_endpoint(stpcpy(p, " -> "), quoted, quoted->dst, quoted->dport);
}

/* The name of what an 802.3 frame carries. */
static char *put_llc_name(char *p, const struct llc *llc)
{
	return stpcpy(p, llc->name ? llc->name : llc->snap ? "SNAP" : "LLC");
}

/* The numbers that have no name. */
static char *put_llc_numbers(char *p, const struct llc *llc)
{
	if (llc->name)
		return p;
	if (llc->snap) {
		p = digits_put_hex32(stpcpy(p, " oui 0x"), llc->oui);
		return digits_put_hex4(stpcpy(p, " type 0x"), llc->type);
	}
	p = digits_put_hex32(stpcpy(p, " dsap 0x"), llc->dsap);
	return digits_put_hex32(stpcpy(p, " ssap 0x"), llc->ssap);
}

static char *put_verbose(char *p, const struct packet *packet)
{
	int ttl = headers_ttl(packet), id = headers_ip_id(packet);
	int flow = headers_flow_label(packet);

	if (ttl >= 0)
		p = digits_put_u32(stpcpy(p, is_ipv6(packet->event) ? " hlim " : " ttl "),
				   (uint32_t)ttl);
	/* Fragments are put together by it, so there 0 is an ID like any other. */
	if (id > 0 || (!id && packet->event->flags & XDPTAP_EV_FRAG))
		p = digits_put_u32(stpcpy(p, " id "), (uint32_t)id);
	if (flow > 0)
		p = digits_put_hex32(stpcpy(p, " flow 0x"), (uint32_t)flow);
	return p;
}

size_t packet_text_room(const struct packet_text *t, uint32_t caplen)
{
	return PACKET_TEXT_LINE_MAX + (t->dump ? dump_room(caplen) : 0);
}

char *packet_text_put(struct packet_text *t, char *p, const char *ifname, const char *fate,
		      const struct packet *packet)
{
	const struct packet_event *ev = packet->event;
	struct details details;
	struct llc llc;
	bool has_llc = ev->eth_type < 0x0600 && llc_parse(packet, &llc);

	if (t->time != TEXT_TIME_NONE) {
		*p++ = '[';
		p = t->time == TEXT_TIME_OF_DAY ? time_put_of_day(t->clock, p, ev->ts_ns)
						: put_other_time(t, p, ev->ts_ns);
		p = stpcpy(p, "] ");
	}
	if (ifname) {
		p = stpcpy(p, ifname);
		*p++ = ' ';
	}
	if (t->link_level)
		p = put_link_level(p, packet);
	p = has_llc ? put_llc_name(p, &llc) : names_put_protocol(p, ev);
	*p++ = ' ';
	p = put_endpoint(p, ev, ev->src, ev->sport);
	p = stpcpy(p, " -> ");
	p = put_endpoint(p, ev, ev->dst, ev->dport);
	p = digits_put_u32(stpcpy(p, " ("), ev->len);
	p = stpcpy(p, " bytes)");
	if (has_llc)
		p = put_llc_numbers(p, &llc);
	if (t->verbose) {
		details_get(packet, &details);
		p = put_verbose(p, packet);
		p = put_details(p, &details, 0, DETAILS_IP_FIELDS);
	}
	if (ev->flags & XDPTAP_EV_ICMP)
		p = put_icmp(p, ev);
	else if (ev->flags & XDPTAP_EV_ARP)
		p = put_arp(p, ev);
	if (t->verbose) {
		p = put_details(p, &details, DETAILS_IP_FIELDS, DETAILS_FIELDS);
		p = put_quoted(p, &details.quoted);
		p = put_inner_vlans(p, packet);
	}
	p = put_remarks(p, ev);
	if (t->verbose)
		p = put_reason(p, packet);
	if (fate)
		p = stpcpy(p, fate);
	*p++ = '\n';
	if (t->dump)
		p = dump_put_lines(p, packet_bytes(packet), packet->caplen,
				   t->dump == TEXT_DUMP_ASCII);
	return p;
}
