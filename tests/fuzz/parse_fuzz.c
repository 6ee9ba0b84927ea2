// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as a frame, through the parser of the XDP program: what its event
 * says must agree with itself, with the bytes and with a second parser, be the
 * same in both ways of the parser, and change only as it may when the frame is
 * cut, padded or tagged; and if it is malformed, the reader finds a reason. A target of libFuzzer
 * with ASan and UBSan; run by `make fuzz`.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/parse.h"
#include "reader/malformed.h"
#include "tests/bpf/event_diff.h"
#include "tests/bpf/plain_diff.h"
#include "tests/fuzz/reference.h"

#define EV(name) XDPTAP_EV_##name

/* The flags that say what is in the event, and all that are defined. */
#define EV_FIELDS (EV(IP) | EV(PORTS) | EV(ICMP) | EV(TCP_FLAGS) | EV(VLAN) | EV(ARP))
#define EV_SEEN   (EV(FRAG) | EV(LATER) | EV(LOW_TTL) | EV(SYN) | EV(FIN) | EV(RST) | EV(AE))
#define EV_ALL    (EV_FIELDS | EV_SEEN | EV(MALFORMED))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(condition)                                                                         \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                \
		}                                                                               \
	} while (0)

/* In memory of exactly its size, so that ASan sees what is read beyond. */
static struct packet_event parse(const __u8 *data, __u32 len)
{
	struct packet_event ev = {};
	__u8 *exact = malloc(len ? len : 1);
	frame_t frame = { .data = exact, .len = len };
	char text[EVENT_DIFF_MAX];

	must(exact);
	memcpy(exact, data, len);
	parse_frame(&frame, len, &ev);
	plain_diff(&frame, text);
	if (*text) {
		fputs(text, stderr);
		abort();
	}
	free(exact);
	return ev;
}

static int has(const struct packet_event *ev, __u16 flags)
{
	return (ev->flags & flags) != 0;
}

static void must_be_equal(const struct packet_event *want, const struct packet_event *got)
{
	char text[EVENT_DIFF_MAX];

	if (event_diff(want, got, text)) {
		fputs(text, stderr);
		abort();
	}
}

static int is_zero(const __u8 *p, size_t n)
{
	return !n || (!p[0] && !memcmp(p, p + 1, n - 1));
}

static int is_tag(__u16 type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200 ||
	       type == 0x9300;
}

/* Where IP starts if the frame has it. */
static __u32 ip_offset(const struct packet_event *ev)
{
	return ETH_HLEN + 4u * XDPTAP_VLAN_DEPTH(ev->vlan);
}

static int proto_has_ports(__u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

static int proto_is_icmp(const struct packet_event *ev)
{
	return ev->proto == (ev->eth_type == ETH_P_IP ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

/* Whether the frame ends between the VLAN ID of its last tag and the type that follows. */
static int ends_in_tag(const struct packet_event *ev)
{
	return has(ev, EV(VLAN)) && ev->len < ip_offset(ev);
}

static void check_arp(const struct packet_event *ev, const __u8 *data)
{
	const __u8 *arp = data + ip_offset(ev);

	if (!has(ev, EV(ARP))) {
		must(is_zero(ev->dst + ETH_ALEN, sizeof(ev->dst) - ETH_ALEN));
		must(is_zero(ev->src + ETH_ALEN, sizeof(ev->src) - ETH_ALEN));
		must(!ev->sport);
		return;
	}
	must(ev->eth_type == ETH_P_ARP || ev->eth_type == ETH_P_RARP);
	must(ev->len >= ip_offset(ev) + 28);
	must(!memcmp(arp, "\0\1\x08\0\6\4", 6));
	must(ev->arp_op == get_be16(arp + 6));
	must(!memcmp(ev->src + 10, arp + 8, 6) && !memcmp(ev->src + 6, arp + 14, 4));
	must(!memcmp(ev->dst + 10, arp + 18, 6) && !memcmp(ev->dst + 6, arp + 24, 4));
}

static void check_layer2(const struct packet_event *ev, const __u8 *data, __u32 len)
{
	int depth = XDPTAP_VLAN_DEPTH(ev->vlan);

	must(ev->len == len);
	must(!(ev->flags & ~EV_ALL));
	must(depth <= XDPTAP_MAX_VLAN_TAGS);
	must(has(ev, EV(VLAN)) == (depth > 0));
	must(depth || !ev->vlan);
	must(!ev->ts_ns);
	if (len < ETH_HLEN) {
		must_be_equal(&(struct packet_event){ .len = len, .flags = EV(MALFORMED) }, ev);
		return;
	}
	if (ends_in_tag(ev)) {
		must(has(ev, EV(MALFORMED)) && is_tag(ev->eth_type) && len >= ip_offset(ev) - 2);
		must(ev->eth_type == get_be16(data + ip_offset(ev) - 6));
	} else {
		must(ev->eth_type == get_be16(data + ip_offset(ev) - 2));
	}
	if (depth)
		must(XDPTAP_VLAN_ID(ev->vlan) == XDPTAP_VLAN_ID(get_be16(data + ETH_HLEN)));
	if (is_tag(ev->eth_type))
		must(depth == XDPTAP_MAX_VLAN_TAGS || has(ev, EV(MALFORMED)));
	if (!has(ev, EV(IP))) {
		must(!memcmp(ev->dst, data, ETH_ALEN));
		must(!memcmp(ev->src, data + ETH_ALEN, ETH_ALEN));
		check_arp(ev, data);
		must(!ev->proto);
		must(!has(ev, (EV_FIELDS | EV_SEEN) & ~(EV(VLAN) | EV(ARP))));
		if (ev->eth_type < 0x0600 && len < ip_offset(ev) + ev->eth_type)
			must(has(ev, EV(MALFORMED)));
		must((ev->eth_type != ETH_P_IP && ev->eth_type != ETH_P_IPV6) ||
		     has(ev, EV(MALFORMED)));
	}
}

static void check_ip(const struct packet_event *ev, const __u8 *data)
{
	const __u8 *ip = data + ip_offset(ev);

	if (!has(ev, EV(IP)))
		return;
	if (ev->eth_type == ETH_P_IP) {
		must(ev->len >= ip_offset(ev) + 20);
		must(ip[0] >> 4 == 4 && (ip[0] & 0x0f) >= 5);
		must(!memcmp(ev->src, ip + 12, 4));
		must(!memcmp(ev->dst, ip + 16, 4));
		must(is_zero(ev->src + 4, 12) && is_zero(ev->dst + 4, 12));
		must(ev->proto == ip[9]);
		must(has(ev, EV(LOW_TTL)) == (ip[8] < XDPTAP_LOW_TTL));
		must(has(ev, EV(FRAG)) == !!(get_be16(ip + 6) & 0x3fff));
		must(has(ev, EV(LATER)) == !!(get_be16(ip + 6) & 0x1fff));
	} else {
		must(ev->eth_type == ETH_P_IPV6);
		must(ev->len >= ip_offset(ev) + 40);
		must(ip[0] >> 4 == 6);
		must(!memcmp(ev->src, ip + 8, 16));
		must(!memcmp(ev->dst, ip + 24, 16));
		must(has(ev, EV(LOW_TTL)) == (ip[7] < XDPTAP_LOW_TTL));
		must(is_ipv6_extension(ip[6]) || ev->proto == ip[6]);
		must(is_ipv6_extension(ip[6]) || !has(ev, EV(FRAG)));
		must(has(ev, EV(FRAG)) || !has(ev, EV(LATER)));
	}
}

static void check_layer4(const struct packet_event *ev)
{
	if (has(ev, EV(PORTS)))
		must(has(ev, EV(IP)) && proto_has_ports(ev->proto));
	if (has(ev, EV(TCP_FLAGS)))
		must(has(ev, EV(PORTS)) && ev->proto == IPPROTO_TCP);
	if (has(ev, EV(ICMP)))
		must(has(ev, EV(IP)) && !has(ev, EV(PORTS)) && proto_is_icmp(ev));
	if (!has(ev, EV(PORTS)) && !has(ev, EV(ICMP)) && !has(ev, EV(ARP)))
		must(!ev->sport);
	if (!has(ev, EV(PORTS)))
		must(!ev->dport);
	if (!has(ev, EV(TCP_FLAGS)))
		must(!ev->tcp_flags && !has(ev, EV(AE)));
	must(has(ev, EV(SYN)) == !!(ev->tcp_flags & 0x02));
	must(has(ev, EV(FIN)) == !!(ev->tcp_flags & 0x01));
	must(has(ev, EV(RST)) == !!(ev->tcp_flags & 0x04));

	/* Nothing is missing without a reason. */
	if (has(ev, EV(IP)) && !has(ev, EV(FRAG) | EV(MALFORMED))) {
		must(has(ev, EV(PORTS)) == proto_has_ports(ev->proto));
		must(has(ev, EV(TCP_FLAGS)) == (ev->proto == IPPROTO_TCP));
		must(has(ev, EV(ICMP)) == proto_is_icmp(ev));
	}
}

/* The same as another parser finds. */
static void check_against_reference(const struct packet_event *ev, const __u8 *data)
{
	struct packet_event want = *ev;
	__u32 ip = ip_offset(ev);

	if (!has(ev, EV(IP)))
		return;
	want.proto = 0;
	want.sport = 0;
	want.dport = 0;
	want.tcp_flags = 0;
	want.flags &= EV(IP) | EV(VLAN) | EV(LOW_TTL);
	if (ev->eth_type == ETH_P_IP)
		reference_ipv4(data + ip, ev->len - ip, &want);
	else
		reference_ipv6(data + ip, ev->len - ip, &want);
	must_be_equal(&want, ev);
}

/* Where that which the event may tell of ends; `len` if that can't be told here. */
static __u32 end_of_packet(const struct packet_event *ev, const __u8 *data, __u32 len)
{
	const __u8 *ip = data + ip_offset(ev);
	__u32 claimed;

	if (len < ETH_HLEN || has(ev, EV(MALFORMED)))
		return len;
	if (ev->eth_type == ETH_P_ARP || ev->eth_type == ETH_P_RARP)
		return ip_offset(ev) + 8 + 2u * (ip[4] + ip[5]);
	if (!has(ev, EV(IP)))
		return ip_offset(ev) + (ev->eth_type < 0x0600 ? ev->eth_type : 0);
	claimed = get_be16(ip + (ev->eth_type == ETH_P_IP ? 2 : 4));
	if (!claimed)
		return len;
	return ip_offset(ev) + claimed + (ev->eth_type == ETH_P_IP ? 0 : 40);
}

/* What follows the packet changes nothing, nor does its absence. */
static void check_padding(const struct packet_event *ev, __u8 *frame, __u32 len)
{
	__u32 end = end_of_packet(ev, frame, len);
	struct packet_event got;

	must(end <= len);
	for (__u32 i = end; i < len; i++)
		frame[i] ^= 0x5a;
	got = parse(frame, len);
	must_be_equal(ev, &got);
	got = parse(frame, end);
	got.len = len;
	must_be_equal(ev, &got);
	for (__u32 i = end; i < len; i++)
		frame[i] ^= 0x5a;
}

/*
 * The reason that the first `caplen` bytes tell, in memory of exactly their size. The event says
 * in any case that there is one.
 */
static void put_reason(char reason[MALFORMED_REASON_MAX + 1], const struct packet_event *parsed,
		       const __u8 *data, __u32 caplen)
{
	struct packet_event ev = *parsed;
	__u8 *record = malloc(sizeof(ev) + caplen);
	char *end;

	must(record);
	ev.flags |= EV(MALFORMED);
	memcpy(record, &ev, sizeof(ev));
	memcpy(record + sizeof(ev), data, caplen);
	end = malformed_put_reason(reason, &(struct packet){ (const void *)record, caplen, 0 });
	must(end - reason <= MALFORMED_REASON_MAX);
	*end = '\0';
	free(record);
}

/* There is one if and only if the parser says so; fewer bytes tell no other. */
static void check_reason(const struct packet_event *ev, const __u8 *data, __u32 caplen)
{
	char whole[MALFORMED_REASON_MAX + 1], cut[MALFORMED_REASON_MAX + 1];

	put_reason(whole, ev, data, ev->len);
	must(has(ev, EV(MALFORMED)) == (*whole != '\0'));
	put_reason(cut, ev, data, caplen);
	must(!*cut || !strcmp(cut, whole));
}

/* Of a frame that is cut no more is known, and nothing else. */
static void check_cut(const struct packet_event *whole, const __u8 *data, __u32 len)
{
	struct packet_event ev = parse(data, len);

	check_layer2(&ev, data, len);
	check_ip(&ev, data);
	check_layer4(&ev);
	check_reason(&ev, data, len / 2);
	must(!(ev.flags & ~whole->flags & ~EV(MALFORMED)));
	must(has(&ev, EV(MALFORMED)) || !has(whole, EV(MALFORMED)));
	if (has(&ev, EV(VLAN)))
		must(XDPTAP_VLAN_ID(ev.vlan) == XDPTAP_VLAN_ID(whole->vlan));
	if (has(&ev, EV(PORTS) | EV(ICMP)))
		must(ev.proto == whole->proto && ev.sport == whole->sport &&
		     ev.dport == whole->dport);
	if (has(&ev, EV(TCP_FLAGS)))
		must(ev.tcp_flags == whole->tcp_flags);
}

/* One tag more, and all else stays as it was. */
static void check_tagged(const struct packet_event *ev, const __u8 *data, __u32 len)
{
	const __u8 tag[4] = { 0x81, 0x00, 0xf1, 0x23 };
	int depth = XDPTAP_VLAN_DEPTH(ev->vlan);
	struct packet_event want = *ev, got;
	__u8 *tagged;

	if (len < ETH_HLEN || depth == XDPTAP_MAX_VLAN_TAGS)
		return;
	tagged = malloc(len + sizeof(tag));
	must(tagged);
	memcpy(tagged, data, 2 * ETH_ALEN);
	memcpy(tagged + 2 * ETH_ALEN, tag, sizeof(tag));
	memcpy(tagged + 2 * ETH_ALEN + sizeof(tag), data + 2 * ETH_ALEN, len - 2 * ETH_ALEN);
	want.len += (__u32)sizeof(tag);
	want.vlan = (__u16)((depth + 1) << 12 | 0x123);
	want.flags |= EV(VLAN);
	/* The fourth tag is the last that is walked: a fifth can't be seen to be cut. */
	got = parse(tagged, len + (__u32)sizeof(tag));
	if (depth + 1 == XDPTAP_MAX_VLAN_TAGS && is_tag(ev->eth_type) && !ends_in_tag(ev))
		want.flags &= (__u16)~EV(MALFORMED);
	must_be_equal(&want, &got);
	free(tagged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	__u32 len = (__u32)size, step = len / 16 + 1;
	struct packet_event ev = parse(data, len);
	__u8 *copy = malloc(size ? size : 1);

	must(copy);
	memcpy(copy, data, size);
	check_layer2(&ev, data, len);
	check_ip(&ev, data);
	check_layer4(&ev);
	check_against_reference(&ev, data);
	check_reason(&ev, data, len ? data[len - 1] % (len + 1) : 0);
	check_padding(&ev, copy, len);
	check_tagged(&ev, data, len);
	/* A byte less, and 16 others; every length of the headers is among them in time. */
	if (len)
		check_cut(&ev, data, len - 1);
	for (__u32 cut = len ? data[len - 1] % step : 0; cut < len; cut += step)
		check_cut(&ev, data, cut);
	free(copy);
	return 0;
}
