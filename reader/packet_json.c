// SPDX-License-Identifier: BSD-2-Clause
/*
 * The objects that xdptap-reader -j prints, one per line; used by format.c:
 *
 *	{"ts":"2026-01-02T03:04:05.123456789Z","ifname":"eth0","len":74,"caplen":0,
 *	 "eth_type":2048,"src":"10.9.0.1","dst":"10.9.0.2","sport":40000,"dport":80,
 *	 "proto":"TCP","proto_num":6,"tcp_flags":["SYN"]}
 *
 * Only the name of the interface and the fate, which the caller has escaped, hold the words of
 * others. A key is present if the packet has that
 * field. Each put_...() appends at `p` and returns the end.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <json-c/json.h>
#include <linux/if_ether.h>

#include "pin/cli/output.h"
#include "reader/text/address.h"
#include "reader/text/digits.h"
#include "reader/text/dump.h"
#include "reader/details.h"
#include "reader/headers.h"
#include "reader/llc.h"
#include "reader/malformed.h"
#include "reader/packet_json.h"
#include "reader/text/names.h"

/* The sum of the longest parts, though no line has them all. stpcpy() adds a NUL. */
_Static_assert(
	sizeof("{'ts':''") + TIME_RFC3339_BYTES + sizeof(",'ifname':") + PACKET_JSON_IFNAME_MAX +
			sizeof(",'len':4294967295,'caplen':4294967295,'eth_type':65535") +
			sizeof(",'vlan':4095,'vlan_tags':15,'vlan_more_tags':true,'src':'','dst':''") +
			2 * ADDRESS_IPV6_MAX + sizeof(",'sport':65535,'dport':65535") +
			sizeof(",'proto':'','proto_num':255") + NAMES_MAX +
			sizeof(",'tcp_flags':[]") + (NAMES_TCP_FLAGS + 1) * sizeof("'SYN'") +
			sizeof(",'fragment':'first','arp_op':65535") +
			sizeof(",'arp_sender_ip':'','arp_target_ip':''") + 2 * ADDRESS_IPV4_MAX +
			sizeof(",'arp_sender_mac':'','arp_target_mac':''") + 2 * ADDRESS_MAC_BYTES +
			sizeof(",'icmp_type':255,'icmp_code':255,'ttl':255") +
			sizeof(",'ip_id':65535,'flow_label':1048575") + DETAILS_JSON_MAX +
			sizeof(",'vlan_inner':[4095,4095,4095]") +
			sizeof(",'quoted':{'src':'','dst':'','sport':65535,'dport':65535}") +
			2 * ADDRESS_IPV6_MAX + sizeof(",'proto':'','proto_num':255") + NAMES_MAX +
			sizeof(",'llc_dsap':255,'llc_ssap':255,'snap_oui':16777215,"
			       "'snap_type':65535") +
			sizeof(",'eth_src':'','eth_dst':''") + 2 * ADDRESS_MAC_BYTES +
			sizeof(",'data':''}\n") +
			sizeof(",'flags':['FRAG','LOW_TTL','MALFORMED']") +
			sizeof(",'malformed_reason':''") + MALFORMED_REASON_MAX + FATE_MAX <=
		JSON_LINE_MAX,
	"JSON_LINE_MAX is room for all keys but the content of data");
_Static_assert(PACKET_JSON_IFNAME_MAX >=
		       (IF_NAMESIZE - 1) * sizeof("u0000") + sizeof("'','sample':4294967295"),
	       "room for a name of control characters");

/* A literal, without its NUL. */
#define PUT(p, literal) ((char *)mempcpy((p), (literal), sizeof(literal) - 1))

int packet_json_ifname(char out[PACKET_JSON_IFNAME_MAX], const char *ifname)
{
	struct json_object *string = output_string(ifname);

	if (!string)
		return -ENOMEM;
	strcpy(out, json_object_to_json_string_ext(string, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(string);
	return 0;
}

static char *put_mac(char *p, const uint8_t *mac)
{
	*p++ = '"';
	p = address_put_mac(p, mac);
	*p++ = '"';
	return p;
}

static char *put_ipv4(char *p, const uint8_t *address)
{
	*p++ = '"';
	p = address_put_ipv4(p, address);
	*p++ = '"';
	return p;
}

static char *put_ip(char *p, const struct packet_event *ev, const uint8_t *address)
{
	if (ev->eth_type != ETH_P_IPV6)
		return put_ipv4(p, address);
	*p++ = '"';
	p = address_put_ipv6(p, address);
	*p++ = '"';
	return p;
}

static char *put_addresses(char *p, const struct packet_event *ev)
{
	if (ev->flags & XDPTAP_EV_IP) {
		p = put_ip(PUT(p, ",\"src\":"), ev, ev->src);
		return put_ip(PUT(p, ",\"dst\":"), ev, ev->dst);
	}
	p = put_mac(PUT(p, ",\"src\":"), ev->src);
	return put_mac(PUT(p, ",\"dst\":"), ev->dst);
}

static char *put_ports(char *p, const struct packet_event *ev)
{
	if (!(ev->flags & XDPTAP_EV_PORTS))
		return p;
	p = digits_put_u32(PUT(p, ",\"sport\":"), ev->sport);
	return digits_put_u32(PUT(p, ",\"dport\":"), ev->dport);
}

static char *put_vlan(char *p, const struct packet_event *ev)
{
	p = digits_put_u32(PUT(p, ",\"vlan\":"), XDPTAP_VLAN_ID(ev->vlan));
	if (XDPTAP_VLAN_DEPTH(ev->vlan) > 1)
		p = digits_put_u32(PUT(p, ",\"vlan_tags\":"), XDPTAP_VLAN_DEPTH(ev->vlan));
	if (headers_more_tags(ev))
		p = PUT(p, ",\"vlan_more_tags\":true");
	return p;
}

/* Replaces the comma after the last element. */
static char *end_array(char *p)
{
	if (p[-1] == ',')
		p--;
	*p++ = ']';
	return p;
}

static char *put_tcp_flags(char *p, const struct packet_event *ev)
{
	p = PUT(p, ",\"tcp_flags\":[");
	for (size_t i = 0; i < NAMES_TCP_FLAGS; i++) {
		if (ev->tcp_flags & names_tcp_flags[i].bit) {
			*p++ = '"';
			p = mempcpy(p, names_tcp_flags[i].name, 3);
			p = PUT(p, "\",");
		}
	}
	if (ev->flags & XDPTAP_EV_AE)
		p = PUT(p, "\"AE\"");
	return end_array(p);
}

static char *put_arp(char *p, const struct packet_event *ev)
{
	struct arp_address sender, target;

	memcpy(&sender, ev->src, sizeof(sender));
	memcpy(&target, ev->dst, sizeof(target));
	p = digits_put_u32(PUT(p, ",\"arp_op\":"), ev->arp_op);
	p = put_ipv4(PUT(p, ",\"arp_sender_ip\":"), sender.ipv4);
	p = put_mac(PUT(p, ",\"arp_sender_mac\":"), sender.mac);
	p = put_ipv4(PUT(p, ",\"arp_target_ip\":"), target.ipv4);
	return put_mac(PUT(p, ",\"arp_target_mac\":"), target.mac);
}

/* Fields that only IP packets have. */
static char *put_layer4(char *p, const struct packet_event *ev)
{
	if (ev->flags & XDPTAP_EV_FRAG)
		p = ev->flags & XDPTAP_EV_LATER ? PUT(p, ",\"fragment\":\"later\"")
						: PUT(p, ",\"fragment\":\"first\"");
	if (ev->flags & XDPTAP_EV_TCP_FLAGS)
		p = put_tcp_flags(p, ev);
	if (ev->flags & XDPTAP_EV_ICMP) {
		p = digits_put_u32(PUT(p, ",\"icmp_type\":"), ev->icmp_type);
		p = digits_put_u32(PUT(p, ",\"icmp_code\":"), ev->icmp_code);
	}
	return p;
}

static char *put_proto(char *p, const struct packet_event *ev, const struct llc *llc)
{
	p = PUT(p, ",\"proto\":\"");
	if (!llc)
		p = names_put_protocol(p, ev);
	else
		p = stpcpy(p, llc->name ? llc->name : llc->snap ? "SNAP" : "LLC");
	*p++ = '"';
	return p;
}

/* What an ICMP error is about, with the keys that the packet itself has. */
static char *put_quoted(char *p, const struct packet_event *quoted)
{
	char *start;

	if (!quoted->flags)
		return p;
	start = p = PUT(p, ",\"quoted\":");
	p = put_ports(put_addresses(p, quoted), quoted);
	p = digits_put_u32(PUT(put_proto(p, quoted, NULL), ",\"proto_num\":"), quoted->proto);
	*start = '{'; /* instead of the first comma */
	*p++ = '}';
	return p;
}

/* What -v adds. */
static char *put_details(char *p, const struct packet *packet)
{
	struct details d;
	int64_t value;
	int id;

	details_get(packet, &d);
	for (size_t i = 0; i < DETAILS_FIELDS; i++) {
		value = details_value(&d, &details_fields[i]);
		if (value < 0)
			continue;
		p = stpcpy(PUT(p, ",\""), details_fields[i].key);
		p = PUT(p, "\":");
		p = details_fields[i].flag ? PUT(p, "true") : digits_put_u32(p, (uint32_t)value);
	}
	p = put_quoted(p, &d.quoted);
	for (int i = 1; (id = headers_vlan_id(packet, i)) >= 0; i++)
		p = digits_put_u32(i == 1 ? PUT(p, ",\"vlan_inner\":[") : PUT(p, ","),
				   (uint32_t)id);
	return XDPTAP_VLAN_DEPTH(packet->event->vlan) > 1 && headers_vlan_id(packet, 1) >= 0
		       ? PUT(p, "]")
		       : p;
}

static char *put_captured(const struct packet_json *j, char *p, const struct packet *packet)
{
	int ttl = headers_ttl(packet), id = headers_ip_id(packet);
	int flow = headers_flow_label(packet);
	const uint8_t *macs = headers_macs(packet);

	if (ttl >= 0)
		p = digits_put_u32(PUT(p, ",\"ttl\":"), (uint32_t)ttl);
	if (j->verbose && id >= 0)
		p = digits_put_u32(PUT(p, ",\"ip_id\":"), (uint32_t)id);
	if (j->verbose && flow >= 0)
		p = digits_put_u32(PUT(p, ",\"flow_label\":"), (uint32_t)flow);
	if (j->verbose)
		p = put_details(p, packet);
	if (j->link_level && macs) {
		p = put_mac(PUT(p, ",\"eth_src\":"), macs + ETH_ALEN);
		p = put_mac(PUT(p, ",\"eth_dst\":"), macs);
	}
	if (j->dump) {
		p = dump_put_hex(PUT(p, ",\"data\":\""), packet_bytes(packet), packet->caplen);
		*p++ = '"';
	}
	return p;
}

static char *put_llc(char *p, const struct llc *llc)
{
	p = digits_put_u32(PUT(p, ",\"llc_dsap\":"), llc->dsap);
	p = digits_put_u32(PUT(p, ",\"llc_ssap\":"), llc->ssap);
	if (llc->snap) {
		p = digits_put_u32(PUT(p, ",\"snap_oui\":"), llc->oui);
		p = digits_put_u32(PUT(p, ",\"snap_type\":"), llc->type);
	}
	return p;
}

#define EV_REMARKS (XDPTAP_EV_FRAG | XDPTAP_EV_LOW_TTL | XDPTAP_EV_MALFORMED)

static char *put_flags(char *p, uint16_t flags)
{
	p = PUT(p, ",\"flags\":[");
	if (flags & XDPTAP_EV_FRAG)
		p = PUT(p, "\"FRAG\",");
	if (flags & XDPTAP_EV_LOW_TTL)
		p = PUT(p, "\"LOW_TTL\",");
	if (flags & XDPTAP_EV_MALFORMED)
		p = PUT(p, "\"MALFORMED\",");
	return end_array(p);
}

/* Why it is malformed, if the captured bytes tell. */
static char *put_reason(char *p, const struct packet *packet)
{
	char *reason = PUT(p, ",\"malformed_reason\":\""), *end;

	end = malformed_put_reason(reason, packet);
	return end == reason ? p : PUT(end, "\"");
}

size_t packet_json_room(const struct packet_json *j, uint32_t caplen)
{
	return JSON_LINE_MAX + (j->dump ? 2 * (size_t)caplen : 0);
}

char *packet_json_put(const struct packet_json *j, char *p, const char *ifname_json,
		      const char *fate, const struct packet *packet)
{
	const struct packet_event *ev = packet->event;
	bool ip = ev->flags & XDPTAP_EV_IP;
	bool typed = ev->len >= ETH_HLEN;
	struct llc llc;
	bool has_llc = ev->eth_type < 0x0600 && llc_parse(packet, &llc);

	p = time_put_rfc3339(j->clock, PUT(p, "{\"ts\":\""), ev->ts_ns);
	p = stpcpy(PUT(p, "\",\"ifname\":"), ifname_json);
	p = digits_put_u32(PUT(p, ",\"len\":"), ev->len);
	p = digits_put_u32(PUT(p, ",\"caplen\":"), packet->caplen);
	if (fate)
		p = stpcpy(p, fate);
	if (typed)
		p = digits_put_u32(PUT(p, ",\"eth_type\":"), ev->eth_type);
	if (ev->flags & XDPTAP_EV_VLAN)
		p = put_vlan(p, ev);
	if (ip || typed)
		p = put_addresses(p, ev);
	if (ip)
		p = put_ports(p, ev);
	if (ip || typed)
		p = put_proto(p, ev, has_llc ? &llc : NULL);
	if (has_llc)
		p = put_llc(p, &llc);
	if (ip) {
		p = digits_put_u32(PUT(p, ",\"proto_num\":"), ev->proto);
		p = put_layer4(p, ev);
	}
	if (ev->flags & XDPTAP_EV_ARP)
		p = put_arp(p, ev);
	if (packet->caplen)
		p = put_captured(j, p, packet);
	if (ev->flags & EV_REMARKS)
		p = put_flags(p, ev->flags);
	if (j->verbose)
		p = put_reason(p, packet);
	return PUT(p, "}\n");
}
