// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * The XDP program. For every frame that reaches it: parse the headers, put one
 * event into the ring, count, and pass the frame on. xdptap-loader attaches it
 * and pins its maps; nothing else talks to it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <xdp/xdp_helpers.h>

#include "abi.h"
#include "parse.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XDPTAP_DEFAULT_RING_BYTES);
} packet_ringbuf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet_stats);
} stats_map SEC(".maps");

/* Written and pinned by the loader alone; here so that it gets its BTF. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tap_meta);
} meta SEC(".maps");

struct {
	__uint(priority, XDPTAP_DEFAULT_PRIO);
	__uint(XDP_PASS, 1);
} XDP_RUN_CONFIG(capture_packet_data);

/* 1 if a == b, else 0, for numbers below 2^63, and no branch. */
static __always_inline __u64 equal(__u64 a, __u64 b)
{
	return ((a ^ b) - 1) >> 63;
}

/*
 * Sums instead of branches: nothing to predict, and nothing that multiplies
 * the paths which the verifier follows (34,526 instructions against 13,824).
 */
static __always_inline void count(struct packet_stats *st, const struct packet_event *ev)
{
	__u64 ip = ev->flags / XDPTAP_EV_IP & 1;
	__u64 ipv4 = ip & equal(ev->eth_type, ETH_P_IP);
	__u64 ipv6 = ip ^ ipv4;
	__u64 tcp = ip & equal(ev->proto, IPPROTO_TCP);
	__u64 udp = ip & equal(ev->proto, IPPROTO_UDP);

	st->packets++;
	st->bytes += ev->len;
	st->tcp += tcp;
	st->udp += udp;
	st->other += 1 ^ tcp ^ udp;
	st->ipv4 += ipv4;
	st->ipv6 += ipv6;
	st->non_ip += 1 ^ ip;
	st->icmp += (ipv4 & equal(ev->proto, IPPROTO_ICMP)) |
		    (ipv6 & equal(ev->proto, IPPROTO_ICMPV6));
	st->vlan += ev->flags / XDPTAP_EV_VLAN & 1;
	st->fragments += ev->flags / XDPTAP_EV_FRAG & 1;
	st->malformed += ev->flags / XDPTAP_EV_MALFORMED & 1;
}

/* "frags": a program without it would downgrade a whole dispatcher chain. */
SEC("xdp.frags")
int capture_packet_data(struct xdp_md *ctx)
{
	struct packet_event ev = {}, *rec;
	struct packet_stats *st;
	__u32 zero = 0;

	st = bpf_map_lookup_elem(&stats_map, &zero);
	if (!st)
		return XDP_PASS; /* never: an array has its key 0 */

	ev.ts_ns = bpf_ktime_get_tai_ns();
	parse_frame(ctx, (__u32)bpf_xdp_get_buff_len(ctx), &ev);
	count(st, &ev);

	rec = bpf_ringbuf_reserve(&packet_ringbuf, sizeof(ev), 0);
	if (rec) {
		*rec = ev;
		bpf_ringbuf_submit(rec, 0);
		st->events++;
	} else {
		st->dropped++;
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
