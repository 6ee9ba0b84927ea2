/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * From the bytes of a frame to a packet_event: by a fast path for what most frames look like, or
 * header by header. capture.h runs it in the kernel; tests also in user space.
 */
#ifndef XDPTAP_BPF_PARSE_H
#define XDPTAP_BPF_PARSE_H

#include "abi.h"
#include "cursor.h"
#include "headers.h"

/* Fills what does not come from the bytes of the frame. */
static __always_inline void put_fate(const frame_t *frame, __u32 frame_len, struct packet_event *ev)
{
	ev->len = frame_len;
	ev->action = frame_action(frame);
	ev->member = frame_member(frame);
}

#ifdef XDPTAP_TRACE
/* Without direct access there is nothing to gain. */
static __always_inline int parse_plain(frame_t *frame, __u32 frame_len, struct packet_event *ev)
{
	(void)frame;
	(void)frame_len;
	(void)ev;
	return 0;
}
#else
/*
 * Parses at fixed offsets what nearly all traffic is: no tag, IPv4 without options or fragments
 * or IPv6 without extension headers, TCP or UDP, in one buffer and without any fault. Returns 1
 * if the frame is that, and has filled all of `ev` except ts_ns then, as parse_headers() would;
 * else 0.
 */
static __always_inline int parse_plain(frame_t *frame, __u32 frame_len, struct packet_event *ev)
{
	struct cursor c = cursor_init(frame, 0, frame_len);
	const __u8 *p = c.data, *l4;
	__u16 flags = XDPTAP_EV_IP | XDPTAP_EV_PORTS;
	__u32 l4_len, header_len;
	__u8 proto, tcp_flags = 0;
	__u16 eth_type;

	if (p + ETH_HLEN + 20 + 8 > c.data_end)
		return 0;
	eth_type = get_be16(p + 12);
	if (eth_type == ETH_P_IP) {
		l4 = p + ETH_HLEN + 20;
		l4_len = get_be16(p + ETH_HLEN + 2) - 20u;
		if (p[ETH_HLEN] != 0x45 || get_be16(p + ETH_HLEN + 6) & 0x3fff ||
		    l4_len > frame_len - ETH_HLEN - 20)
			return 0;
		proto = p[ETH_HLEN + 9];
		if (p[ETH_HLEN + 8] < XDPTAP_LOW_TTL)
			flags |= XDPTAP_EV_LOW_TTL;
		put_ipv4(ev->src, p + ETH_HLEN + 12);
		put_ipv4(ev->dst, p + ETH_HLEN + 16);
	} else if (eth_type == ETH_P_IPV6) {
		l4 = p + ETH_HLEN + 40;
		l4_len = get_be16(p + ETH_HLEN + 4);
		if (l4 + 8 > c.data_end || p[ETH_HLEN] >> 4 != 6 ||
		    l4_len > frame_len - ETH_HLEN - 40)
			return 0;
		proto = p[ETH_HLEN + 6];
		if (p[ETH_HLEN + 7] < XDPTAP_LOW_TTL)
			flags |= XDPTAP_EV_LOW_TTL;
		put_ipv6(ev->src, p + ETH_HLEN + 8);
		put_ipv6(ev->dst, p + ETH_HLEN + 24);
	} else {
		return 0;
	}

	if (proto == IPPROTO_TCP) {
		if (l4 + 20 > c.data_end)
			return 0;
		header_len = (__u32)(l4[12] >> 4) * 4;
		if (header_len < 20 || header_len > l4_len)
			return 0;
		tcp_flags = l4[13];
		flags |= XDPTAP_EV_TCP_FLAGS | tcp_event_flags(l4[12], tcp_flags);
	} else if (proto == IPPROTO_UDP) {
		header_len = get_be16(l4 + 4); /* and the payload */
		if (header_len < 8 || header_len > l4_len)
			return 0;
	} else {
		return 0;
	}
	put_fate(frame, frame_len, ev);
	ev->sport = get_be16(l4);
	ev->dport = get_be16(l4 + 2);
	ev->eth_type = eth_type;
	ev->vlan = 0;
	ev->proto = proto;
	ev->tcp_flags = tcp_flags;
	ev->flags = flags;
	return 1;
}
#endif

/* Fills all of `ev` except ts_ns. `frame_len` is the length of the whole frame in bytes. */
static __always_inline void parse_frame(frame_t *frame, __u32 frame_len, struct packet_event *ev)
{
	if (parse_plain(frame, frame_len, ev))
		return;
	put_fate(frame, frame_len, ev);
	parse_headers(frame, ev);
}

#endif /* XDPTAP_BPF_PARSE_H */
