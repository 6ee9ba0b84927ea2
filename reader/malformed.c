// SPDX-License-Identifier: BSD-2-Clause
/*
 * Walks through a frame once more, in the order of bpf/headers.h, up to the first place that sets
 * XDPTAP_EV_MALFORMED there. Used by packet_text.c and packet_json.c, with -v only.
 *
 * The functions below return true if they have found the reason.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include <linux/if_ether.h>

#include "reader/text/digits.h"
#include "reader/text/names.h"
#include "reader/headers.h"
#include "reader/ip.h"
#include "reader/malformed.h"

#define NUMBER " 4294967295"
_Static_assert(sizeof("no-next-header header length" NUMBER " beyond the packet (" NUMBER
		      " bytes left)") <= MALFORMED_REASON_MAX,
	       "the longest reason");

/* As struct cursor of bpf/cursor.h. Offsets are in bytes from the start of the frame. */
struct walk {
	const uint8_t *bytes;
	uint32_t captured;
	uint32_t off;     /* where the next header starts */
	uint32_t end;     /* where the enclosing layer ends; never before `off` */
	uint32_t claimed; /* the length that the IP header claims; 0: none */
	bool v6;
	bool fragment;
	uint8_t proto;
	char *p; /* where the reason goes; its end, once there is one */
};

/* The next `size` bytes, which are in the layer; NULL if they were not captured. */
static const uint8_t *peek(const struct walk *w, uint32_t size)
{
	return size > w->captured || w->off > w->captured - size ? NULL : w->bytes + w->off;
}

static void put(struct walk *w, const char *text)
{
	w->p = stpcpy(w->p, text);
}

static void put_number(struct walk *w, const char *text, uint32_t value)
{
	put(w, text);
	w->p = digits_put_u32(w->p, value);
}

/* "IPv4 header truncated: 7 of 20 bytes": fewer than the `least` that parse.h reads. */
static bool truncated(struct walk *w, const char *name, const char *part, uint32_t least,
		      uint32_t whole)
{
	if (least <= w->end - w->off)
		return false;
	put(w, name);
	put(w, part);
	put_number(w, " truncated: ", w->end - w->off);
	put_number(w, " of ", whole);
	put(w, " bytes");
	return true;
}

/* "UDP length 9 beyond the packet (8 bytes left)". */
static bool beyond(struct walk *w, const char *name, const char *field, uint32_t value,
		   const char *layer)
{
	if (value <= w->end - w->off)
		return false;
	put(w, name);
	put_number(w, field, value);
	put(w, " beyond the ");
	put(w, layer);
	put_number(w, " (", w->end - w->off);
	put(w, " bytes left)");
	return true;
}

/* "UDP length 7 below 8". */
static bool below(struct walk *w, const char *name, const char *field, uint32_t value,
		  uint32_t least)
{
	if (value >= least)
		return false;
	put(w, name);
	put_number(w, field, value);
	put_number(w, " below ", least);
	return true;
}

/* "IPv4 header with version 5". */
static bool of_other_version(struct walk *w, const char *name, uint32_t version, uint32_t want)
{
	if (version == want)
		return false;
	put(w, name);
	put_number(w, " header with version ", version);
	return true;
}

static bool tcp(struct walk *w)
{
	const uint8_t *p;
	uint32_t header_len;

	if (truncated(w, "TCP", " header", 14, 20))
		return true;
	p = peek(w, 14);
	if (!p)
		return false;
	header_len = 4u * (p[12] >> 4);
	return below(w, "TCP", " header length ", header_len, 20) ||
	       beyond(w, "TCP", " header length ", header_len, "packet");
}

static bool udp(struct walk *w)
{
	bool lite = w->proto == IPPROTO_UDPLITE;
	const char *name = lite ? "UDP-Lite" : "UDP", *field = lite ? " coverage " : " length ";
	const uint8_t *p;
	uint32_t len;

	if (truncated(w, name, " header", 8, 8))
		return true;
	p = peek(w, 8);
	if (!p)
		return false;
	len = headers_be16(p + 4);
	if (!len && (lite || !w->claimed))
		return false;
	return below(w, name, field, len, 8) ||
	       (!w->fragment && beyond(w, name, field, len, "packet"));
}

static bool layer4(struct walk *w)
{
	switch (w->proto) {
	case IPPROTO_TCP:
		return tcp(w);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return udp(w);
	case IPPROTO_SCTP:
		return truncated(w, "SCTP", " header", 12, 12);
	case IPPROTO_DCCP:
		return truncated(w, "DCCP", " header", 12, 12);
	case IPPROTO_ICMP:
		return !w->v6 && truncated(w, "ICMP", " header", 8, 8);
	case IPPROTO_ICMPV6:
		return w->v6 && truncated(w, "ICMPv6", " header", 4, 4);
	default:
		return false;
	}
}

/* Bounds layer 4 by the length that the IP header claims. */
static bool bound(struct walk *w, const char *name, const char *field, uint32_t claimed)
{
	w->claimed = claimed;
	if (beyond(w, name, field, claimed, "frame"))
		return true;
	if (claimed)
		w->end = w->off + claimed;
	return false;
}

static bool ipv4(struct walk *w)
{
	const uint8_t *p;
	uint32_t header_len;
	uint16_t fragment;

	if (truncated(w, "IPv4", " header", 20, 20))
		return true;
	p = peek(w, 20);
	if (!p)
		return false;
	header_len = 4u * (p[0] & 0x0f);
	if (of_other_version(w, "IPv4", p[0] >> 4, 4) ||
	    below(w, "IPv4", " header length ", header_len, 20) ||
	    bound(w, "IPv4", " total length ", headers_be16(p + 2)))
		return true;
	if (w->claimed && below(w, "IPv4", " total length ", w->claimed, header_len))
		return true;
	if (beyond(w, "IPv4", " header length ", header_len, "frame"))
		return true;
	w->off += header_len;
	w->proto = p[9];
	fragment = headers_be16(p + 6);
	w->fragment = fragment & 0x3fff;
	return !(fragment & 0x1fff) && layer4(w);
}

/* They, and layer 4. */
static bool extensions(struct walk *w)
{
	const uint8_t *p;
	const char *name;
	uint32_t least, len;
	bool fragment;

	for (int i = 0; i < IP_EXTENSIONS_MAX && ip_is_extension(w->proto); i++) {
		name = names_protocol(w->proto, ETH_P_IPV6);
		fragment = w->proto == IPPROTO_FRAGMENT;
		least = fragment ? 8 : 2;
		if (truncated(w, name, " header", least, 8))
			return true;
		p = peek(w, least);
		if (!p)
			return false;
		len = fragment ? 8 : w->proto == IPPROTO_AH ? 4 * (p[1] + 2u) : 8 * (p[1] + 1u);
		if (beyond(w, name, " header length ", len, "packet"))
			return true;
		if (fragment && headers_be16(p + 2) & 0xfff9)
			w->fragment = true;
		if (fragment && headers_be16(p + 2) & 0xfff8)
			return false;
		w->off += len;
		w->proto = p[0];
	}
	return layer4(w);
}

static bool ipv6(struct walk *w)
{
	const uint8_t *p;

	w->v6 = true;
	if (truncated(w, "IPv6", " header", 40, 40))
		return true;
	p = peek(w, 40);
	if (!p)
		return false;
	if (of_other_version(w, "IPv6", p[0] >> 4, 6))
		return true;
	w->off += 40;
	w->proto = p[6];
	return bound(w, "IPv6", " payload length ", headers_be16(p + 4)) || extensions(w);
}

static bool arp(struct walk *w, const char *name)
{
	const uint8_t *p;
	uint32_t whole;

	if (truncated(w, name, " header", 8, 8))
		return true;
	p = peek(w, 8);
	if (!p)
		return false;
	whole = 8 + 2u * (p[4] + p[5]);
	return truncated(w, name, " packet", whole, whole);
}

static bool layer3(struct walk *w, uint16_t type)
{
	if (type < ETH_P_802_3_MIN)
		return beyond(w, "802.3", " length ", type, "frame");
	switch (type) {
	case ETH_P_IP:
		return ipv4(w);
	case ETH_P_IPV6:
		return ipv6(w);
	case ETH_P_ARP:
		return arp(w, "ARP");
	case ETH_P_RARP:
		return arp(w, "RARP");
	default:
		return false;
	}
}

static bool ethernet(struct walk *w)
{
	const uint8_t *p;
	uint16_t type;

	if (truncated(w, "Ethernet", " header", ETH_HLEN, ETH_HLEN))
		return true;
	p = peek(w, ETH_HLEN);
	if (!p)
		return false;
	type = headers_be16(p + 12);
	w->off += ETH_HLEN;
	for (int i = 0; i < XDPTAP_MAX_VLAN_TAGS && XDPTAP_IS_VLAN_TAG(type); i++) {
		if (truncated(w, "VLAN", " tag", 4, 4))
			return true;
		p = peek(w, 4);
		if (!p)
			return false;
		type = headers_be16(p + 2);
		w->off += 4;
	}
	return layer3(w, type);
}

char *malformed_put_reason(char *p, const struct packet *packet)
{
	struct walk w = {
		.bytes = packet_bytes(packet),
		.captured = packet->caplen,
		.end = packet->event->len,
		.p = p,
	};

	if (packet->event->flags & XDPTAP_EV_MALFORMED)
		ethernet(&w);
	return w.p;
}
