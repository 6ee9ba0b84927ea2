/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * From the bytes of a frame to a packet_event, header by header: Ethernet, VLAN tags, IPv4 or IPv6
 * with its extension headers, and the first bytes of layer 4, with one function per layer. Used by
 * parse.h. The same source compiles for user space, where tests run it under sanitizers.
 *
 * Only the outermost headers are read. A header that is truncated or contradicts itself sets
 * XDPTAP_EV_MALFORMED. A field is filled only from bytes that are certainly inside the header
 * they belong to.
 */
#ifndef XDPTAP_BPF_HEADERS_H
#define XDPTAP_BPF_HEADERS_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>

#include "abi.h"
#include "cursor.h"

/* The headers above lack these. */
#define ARPHRD_ETHER  1   /* IANA, arp-parameters */
#define IPPROTO_HIP   139 /* RFC 7401 */
#define IPPROTO_SHIM6 140 /* RFC 5533 */

/* At most this many extension headers are walked; proto is the next header then. */
#define IPV6_MAX_EXT 8

/* Fills packet_event.src or .dst, 16 bytes, with two words. */
static __always_inline void put_address(__u8 *to, __u64 first, __u64 second)
{
#ifdef __bpf__
	((__u64 *)to)[0] = first;
	((__u64 *)to)[1] = second;
#else
	memcpy(to, &first, sizeof(first));
	memcpy(to + sizeof(first), &second, sizeof(second));
#endif
}

/* Fills it with four bytes and twelve zeros. */
static __always_inline void put_ipv4(__u8 *to, const __u8 *p)
{
	__u64 word = LOAD(__u32, p);

	put_address(to, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : word << 32, 0);
}

static __always_inline void put_ipv6(__u8 *to, const __u8 *p)
{
	put_address(to, LOAD(__u64, p), LOAD(__u64, p + 8));
}

/* `tci` is the tag control information of the tag number `depth`, from 1. */
static __always_inline void put_vlan(struct packet_event *ev, int depth, __u16 tci)
{
	__u16 id = XDPTAP_VLAN_ID(depth == 1 ? tci : ev->vlan);

	ev->vlan = (__u16)(depth << 12 | id);
	ev->flags |= XDPTAP_EV_VLAN;
}

/*
 * Ethernet (IEEE 802.3), then up to four VLAN tags. Below ETH_P_802_3_MIN the type is a length,
 * of at most what follows it.
 */
static __always_inline void parse_ethernet(struct cursor *c, struct packet_event *ev)
{
	struct header_copy copy;
	const __u8 *p = cursor_peek(c, ETH_HLEN, &copy);

	if (!p) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return;
	}
	ev->eth_type = get_be16(p + 12);
	c->off += ETH_HLEN;

	UNROLL
	for (int depth = 1; depth <= XDPTAP_MAX_VLAN_TAGS; depth++) {
		if (!XDPTAP_IS_VLAN_TAG(ev->eth_type))
			break;
		p = cursor_peek(c, 4, &copy);
		if (!p) {
			p = cursor_peek(c, 2, &copy);
			if (p)
				put_vlan(ev, depth, get_be16(p));
			ev->flags |= XDPTAP_EV_MALFORMED;
			return;
		}
		put_vlan(ev, depth, get_be16(p));
		ev->eth_type = get_be16(p + 2);
		c->off = forget(c->off + 4, ev->len);
	}
	if (ev->eth_type < ETH_P_802_3_MIN && c->off + ev->eth_type > c->end)
		ev->flags |= XDPTAP_EV_MALFORMED;
}

/* Bounds layer 4 by the length that the IP header claims; 0 claims no length
 * (segmentation offload, jumbograms). */
static __always_inline void bound_layer4(struct cursor *c, struct packet_event *ev, __u32 claimed)
{
	c->claimed = forget(claimed, ev->len);
	if (!claimed)
		return;
	if (c->off + claimed > c->end)
		ev->flags |= XDPTAP_EV_MALFORMED;
	else
		c->end = c->off + claimed;
}

/* RFC 791. Returns whether layer 4 starts at the cursor. */
static __always_inline int parse_ipv4(struct cursor *c, struct packet_event *ev)
{
	struct header_copy copy;
	const __u8 *p = cursor_peek(c, 20, &copy);
	__u32 header_len, frag;

	if (!p || p[0] >> 4 != 4 || (p[0] & 0x0f) < 5) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return 0;
	}
	put_ipv4(ev->src, p + 12);
	put_ipv4(ev->dst, p + 16);
	ev->proto = p[9];
	ev->flags |= XDPTAP_EV_IP;
	if (p[8] < XDPTAP_LOW_TTL)
		ev->flags |= XDPTAP_EV_LOW_TTL;
	frag = get_be16(p + 6) & 0x3fff; /* more fragments, offset */
	if (frag)
		ev->flags |= XDPTAP_EV_FRAG;
	if (frag & 0x1fff)
		ev->flags |= XDPTAP_EV_LATER;

	header_len = (p[0] & 0x0fu) * 4;
	bound_layer4(c, ev, get_be16(p + 2));
	if (c->off + header_len > c->end) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return 0;
	}
	c->off += header_len;
	return !(frag & 0x1fff);
}

static __always_inline int is_ipv6_extension(__u8 proto)
{
	switch (proto) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
	case IPPROTO_HIP:
	case IPPROTO_SHIM6:
		return 1;
	}
	return 0;
}

/*
 * Walks at most IPV6_MAX_EXT extension headers: RFC 8200 section 4, for AH
 * RFC 4302, for mobility RFC 6275. Returns whether layer 4 starts at the cursor.
 */
static __always_inline int ipv6_walk(struct cursor *c, struct packet_event *ev)
{
	struct header_copy copy;
	const __u8 *p;
	__u32 len, frag;
	__u8 next;

	UNROLL
	for (int i = 0; i < IPV6_MAX_EXT && is_ipv6_extension(ev->proto); i++) {
		p = cursor_peek(c, 2, &copy);
		if (!p)
			goto malformed;
		next = p[0];
		len = (p[1] + 1u) * 8;
		if (ev->proto == IPPROTO_AH) {
			len = (p[1] + 2u) * 4;
		} else if (ev->proto == IPPROTO_FRAGMENT) {
			p = cursor_peek(c, 8, &copy);
			if (!p)
				goto malformed;
			len = 8;
			frag = get_be16(p + 2);
			if (frag & 0xfff9) /* offset, more fragments */
				ev->flags |= XDPTAP_EV_FRAG;
			if (frag & 0xfff8) {
				ev->flags |= XDPTAP_EV_LATER;
				ev->proto = next;
				return 0;
			}
		}
		ev->proto = next; /* certain, even if the rest is truncated */
		if (c->off + len > c->end)
			goto malformed;
		c->off = forget(c->off + len, ev->len);
	}
	return 1;

malformed:
	ev->flags |= XDPTAP_EV_MALFORMED;
	return 0;
}

/* RFC 8200. Returns whether layer 4 starts at the cursor. */
static __always_inline int parse_ipv6(struct cursor *c, struct packet_event *ev)
{
	struct header_copy copy;
	const __u8 *p = cursor_peek(c, 40, &copy);

	if (!p || p[0] >> 4 != 6) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return 0;
	}
	put_ipv6(ev->src, p + 8);
	put_ipv6(ev->dst, p + 24);
	ev->proto = p[6];
	ev->flags |= XDPTAP_EV_IP;
	if (p[7] < XDPTAP_LOW_TTL)
		ev->flags |= XDPTAP_EV_LOW_TTL;

	c->off += 40;
	bound_layer4(c, ev, get_be16(p + 4));
	return ipv6_walk(c, ev);
}

/* The ports of TCP, UDP, UDP-Lite, SCTP and DCCP are the first four bytes. */
static __always_inline int parse_ports(const struct cursor *c, struct packet_event *ev)
{
	struct header_copy copy;
	const __u8 *p = cursor_peek(c, 4, &copy);

	if (!p) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return 0;
	}
	ev->sport = get_be16(p);
	ev->dport = get_be16(p + 2);
	ev->flags |= XDPTAP_EV_PORTS;
	return 1;
}

/* The bits of the TCP header's bytes 12 and 13 that have one in packet_event.flags. */
static __always_inline __u16 tcp_event_flags(__u8 offset_flags, __u8 tcp_flags)
{
	return (__u16)((tcp_flags & 0x02 ? XDPTAP_EV_SYN : 0) |
		       (tcp_flags & 0x01 ? XDPTAP_EV_FIN : 0) |
		       (tcp_flags & 0x04 ? XDPTAP_EV_RST : 0) |
		       (offset_flags & 0x01) * XDPTAP_EV_AE);
}

/* RFC 9293. */
static __always_inline void parse_tcp(const struct cursor *c, struct packet_event *ev)
{
	struct header_copy copy;
	const __u8 *p;
	__u32 header_len;

	if (!parse_ports(c, ev))
		return;
	p = cursor_peek(c, 14, &copy);
	if (!p) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return;
	}
	ev->tcp_flags = p[13];
	ev->flags |= XDPTAP_EV_TCP_FLAGS | tcp_event_flags(p[12], p[13]);
	header_len = (__u32)(p[12] >> 4) * 4;
	if (header_len < 20 || c->off + header_len > c->end)
		ev->flags |= XDPTAP_EV_MALFORMED;
}

/*
 * RFC 768, and RFC 3828, whose checksum coverage is in the place of the length. A length of 0 is
 * right where the IP header claims none either: in jumbograms (RFC 2675 section 4) and in what
 * segmentation offload builds. A coverage of 0 is the whole packet. A fragment carries the length
 * of the whole datagram.
 */
static __always_inline void parse_udp(const struct cursor *c, struct packet_event *ev)
{
	struct header_copy copy;
	const __u8 *p;
	__u32 len;

	if (!parse_ports(c, ev))
		return;
	p = cursor_peek(c, 8, &copy);
	if (!p) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return;
	}
	len = get_be16(p + 4);
	if (!len && (ev->proto == IPPROTO_UDPLITE || !c->claimed))
		return;
	if (len < 8 || (!(ev->flags & XDPTAP_EV_FRAG) && c->off + len > c->end))
		ev->flags |= XDPTAP_EV_MALFORMED;
}

/* SCTP (RFC 9260) and DCCP (RFC 4340): ports, then at least 12 bytes in all. */
static __always_inline void parse_ports_only(const struct cursor *c, struct packet_event *ev)
{
	if (parse_ports(c, ev) && c->off + 12 > c->end)
		ev->flags |= XDPTAP_EV_MALFORMED;
}

/* RFC 792: at least 8 bytes; RFC 4443: at least 4. */
static __always_inline void parse_icmp(const struct cursor *c, struct packet_event *ev, __u32 least)
{
	struct header_copy copy;
	const __u8 *p = cursor_peek(c, 2, &copy);

	if (p) {
		ev->icmp_type = p[0];
		ev->icmp_code = p[1];
		ev->flags |= XDPTAP_EV_ICMP;
	}
	if (c->off + least > c->end)
		ev->flags |= XDPTAP_EV_MALFORMED;
}

/*
 * ARP (RFC 826) and RARP (RFC 903). Reported are the addresses of IPv4 on Ethernet, which is
 * nearly all there is.
 */
static __always_inline void parse_arp(const struct cursor *c, struct packet_event *ev)
{
	struct arp_address *sender = (void *)ev->src, *target = (void *)ev->dst;
	struct header_copy copy;
	const __u8 *p = cursor_peek(c, 8, &copy);

	if (!p || c->off + 8 + 2u * (p[4] + p[5]) > c->end) {
		ev->flags |= XDPTAP_EV_MALFORMED;
		return;
	}
	if (get_be16(p) != ARPHRD_ETHER || get_be16(p + 2) != ETH_P_IP || p[4] != ETH_ALEN ||
	    p[5] != 4)
		return;
	p = cursor_peek(c, 28, &copy);
	if (!p)
		return; /* never happens: there are so many bytes */
	ev->arp_op = get_be16(p + 6);
	__builtin_memcpy(sender->mac, p + 8, 6);
	__builtin_memcpy(sender->ipv4, p + 14, 4);
	__builtin_memcpy(target->mac, p + 18, 6);
	__builtin_memcpy(target->ipv4, p + 24, 4);
	ev->flags |= XDPTAP_EV_ARP;
}

static __always_inline void parse_layers(frame_t *frame, struct packet_event *ev)
{
	struct header_copy copy;
	struct cursor c;
	const __u8 *p;
	int at_l4 = 0;

	*ev = (struct packet_event){
		.ts_ns = ev->ts_ns, .len = ev->len, .action = ev->action, .member = ev->member
	};
	c = cursor_init(frame, 0, ev->len);
	parse_ethernet(&c, ev);
	c.off = forget(c.off, ev->len);
	if (ev->eth_type == ETH_P_IP)
		at_l4 = parse_ipv4(&c, ev);
	else if (ev->eth_type == ETH_P_IPV6)
		at_l4 = parse_ipv6(&c, ev);

	if (!(ev->flags & XDPTAP_EV_IP)) {
		if (ev->eth_type == ETH_P_ARP || ev->eth_type == ETH_P_RARP)
			parse_arp(&c, ev);
		c.off = 0;
		p = cursor_peek(&c, ETH_HLEN, &copy);
		if (p) {
			__builtin_memcpy(ev->dst, p, ETH_ALEN);
			__builtin_memcpy(ev->src, p + ETH_ALEN, ETH_ALEN);
		}
		return;
	}
	if (!at_l4)
		return;
	c.off = forget(c.off, ev->len);

	switch (ev->proto) {
	case IPPROTO_TCP:
		parse_tcp(&c, ev);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		parse_udp(&c, ev);
		break;
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		parse_ports_only(&c, ev);
		break;
	case IPPROTO_ICMP:
		if (ev->eth_type == ETH_P_IP)
			parse_icmp(&c, ev, 8);
		break;
	case IPPROTO_ICMPV6:
		if (ev->eth_type == ETH_P_IPV6)
			parse_icmp(&c, ev, 4);
		break;
	}
}

/*
 * Parses any frame, header by header. Fills all of `ev` except ts_ns; ev->len is given. A header
 * that is in a part of the frame which can't be read is not malformed.
 */
PARSE_GLOBAL int parse_headers(frame_t *frame, struct packet_event *ev)
{
	if (!ev || !frame_given(frame)) /* the verifier assumes any pointer here */
		return 0;
	parse_layers(frame, ev);
	if (frame_is_cut(frame))
		ev->flags &= (__u16)~XDPTAP_EV_MALFORMED;
	return 0;
}

#endif /* XDPTAP_BPF_HEADERS_H */
