// SPDX-License-Identifier: BSD-2-Clause
/*
 * A second opinion on what follows an IP header, written after the standards
 * and docs/maps.md, not after bpf/headers.h, which it shares nothing with; used by
 * parse_fuzz.c. It may be slow and need not please a verifier.
 */
#include <netinet/in.h>
#include <stdbool.h>

#include "tests/fuzz/reference.h"

#define EV(name)    XDPTAP_EV_##name
#define MAX_EXT     8
#define NO_LAYER4   ((size_t)-1)
#define BE16(bytes) ((size_t)(bytes)[0] << 8 | (bytes)[1])

/* What is at `p`, of which there are `left` bytes. */
static void tcp(const __u8 *p, size_t left, struct packet_event *ev)
{
	if (left >= 14) {
		ev->flags |= EV(TCP_FLAGS);
		ev->tcp_flags = p[13];
		ev->flags |= p[13] & 1 ? EV(FIN) : 0;
		ev->flags |= p[13] & 2 ? EV(SYN) : 0;
		ev->flags |= p[13] & 4 ? EV(RST) : 0;
		ev->flags |= p[12] % 2 ? EV(AE) : 0;
	}
	if (left < 20 || p[12] / 16 < 5 || p[12] / 16 * 4u > left)
		ev->flags |= EV(MALFORMED);
}

/* `claims`: the IP header says how long the packet is; then UDP has to say it as well. */
static void udp(const __u8 *p, size_t left, struct packet_event *ev, bool claims)
{
	bool may_be_0 = !claims || ev->proto == IPPROTO_UDPLITE;
	bool whole = !(ev->flags & EV(FRAG));

	if (left < 8 || (BE16(p + 4) < 8 && !(BE16(p + 4) == 0 && may_be_0)) ||
	    (BE16(p + 4) > left && whole))
		ev->flags |= EV(MALFORMED);
}

static void layer4(const __u8 *p, size_t left, struct packet_event *ev, bool v6, bool claims)
{
	bool ports = true;

	if (ev->proto == IPPROTO_TCP) {
		tcp(p, left, ev);
	} else if (ev->proto == IPPROTO_UDP || ev->proto == IPPROTO_UDPLITE) {
		udp(p, left, ev, claims);
	} else if (ev->proto == IPPROTO_SCTP || ev->proto == IPPROTO_DCCP) {
		if (left < 12)
			ev->flags |= EV(MALFORMED);
	} else if (ev->proto == (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) {
		ports = false;
		if (left < (v6 ? 4 : 8))
			ev->flags |= EV(MALFORMED);
		if (left >= 2) {
			ev->flags |= EV(ICMP);
			ev->icmp_type = p[0];
			ev->icmp_code = p[1];
		}
	} else {
		ports = false;
	}
	if (ports && left >= 4) {
		ev->flags |= EV(PORTS);
		ev->sport = (__u16)BE16(p);
		ev->dport = (__u16)BE16(p + 2);
	}
}

void reference_ipv4(const __u8 *ip, size_t room, struct packet_event *ev)
{
	size_t header = ip[0] % 16 * 4u, total = BE16(ip + 2);
	bool more = ip[6] & 0x20;
	size_t offset = BE16(ip + 6) % 0x2000;
	bool claims = total != 0;

	ev->proto = ip[9];
	if (more || offset)
		ev->flags |= EV(FRAG);
	if (offset)
		ev->flags |= EV(LATER);
	if (!claims)
		total = room;
	if (total > room || total < header || room < header)
		ev->flags |= EV(MALFORMED);
	if (total > room)
		total = room;
	if (total >= header && !offset)
		layer4(ip + header, total - header, ev, false, claims);
}

/* One extension header of the kind ev->proto, of its `left` bytes; NO_LAYER4: no way on. */
static size_t extension(const __u8 *p, size_t left, struct packet_event *ev)
{
	bool fragment = ev->proto == IPPROTO_FRAGMENT;
	size_t bytes;

	if (left < 2 || (fragment && left < 8)) {
		ev->flags |= EV(MALFORMED);
		return NO_LAYER4;
	}
	if (fragment)
		bytes = 8;
	else if (ev->proto == IPPROTO_AH)
		bytes = 4 * (2u + p[1]); /* RFC 4302: 4-byte words, minus 2 */
	else
		bytes = 8 * (1u + p[1]);
	ev->proto = p[0];
	if (fragment && (BE16(p + 2) & 0xfff9))
		ev->flags |= EV(FRAG);
	if (fragment && BE16(p + 2) / 8) {
		ev->flags |= EV(LATER);
		return NO_LAYER4;
	}
	if (bytes > left) {
		ev->flags |= EV(MALFORMED);
		return NO_LAYER4;
	}
	return bytes;
}

static bool is_extension(__u8 proto)
{
	return proto == 0 || proto == 43 || proto == 44 || proto == 51 || proto == 60 ||
	       proto == 135 || proto == 139 || proto == 140;
}

void reference_ipv6(const __u8 *ip, size_t room, struct packet_event *ev)
{
	size_t end = 40 + BE16(ip + 4), off = 40, bytes;

	ev->proto = ip[6];
	if (end > room)
		ev->flags |= EV(MALFORMED);
	if (end > room || end == 40)
		end = room;
	for (int n = 0; n < MAX_EXT && is_extension(ev->proto); n++) {
		bytes = extension(ip + off, end - off, ev);
		if (bytes == NO_LAYER4)
			return;
		off += bytes;
	}
	layer4(ip + off, end - off, ev, true, BE16(ip + 4) != 0);
}
