/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * Who talks to whom, and how much: an entry a flow, in which each CPU counts by
 * itself. Off, it is not in the program that the kernel runs. Used by
 * capture.bpf.c.
 */
#ifndef XDPTAP_FLOWS_BPF_H
#define XDPTAP_FLOWS_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/* Entries of flow_map, up to XDPTAP_FLOWS_MOST; 0: off, and the loader makes no such map. */
const volatile __u32 flows = 0;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 1);
	__type(key, struct flow_key);
	__type(value, struct flow_stats);
} flow_map SEC(".maps");

/* How many entries were deleted; only by who deletes them. Here so that it gets its BTF. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} flow_flushed SEC(".maps");

/* Two addresses as words, and the same aligned for them. */
#define FLOW_WORDS __attribute__((aligned(8)))

static __always_inline void flow_add(struct flow_stats *fs, const struct packet_event *ev)
{
	/* Another CPU made the entry, and left all of ours 0. */
	if (!fs->first_ns)
		fs->first_ns = ev->ts_ns;
	fs->last_ns = ev->ts_ns;
	fs->packets++;
	fs->bytes += ev->len;
	fs->syns += ev->flags / XDPTAP_EV_SYN & 1;
	fs->tcp_flags |= ev->tcp_flags;
}

/*
 * The first packet of a flow. The entry that is longest without one may have to
 * go for it; the kernel can fail to find any, or be interrupted with a lock
 * held that it needs.
 */
static __noinline int flow_make(const struct packet_event *ev, const struct flow_key *key,
				struct packet_stats *st)
{
	struct flow_stats first = {}, *fs;

	flow_add(&first, ev);
	if (!bpf_map_update_elem(&flow_map, key, &first, BPF_NOEXIST)) {
		st->flows++;
		return 0;
	}
	/* -EEXIST: another CPU was faster. */
	fs = bpf_map_lookup_elem(&flow_map, key);
	if (fs)
		flow_add(fs, ev);
	else
		st->flow_lost++;
	return 0;
}

/* Counts a packet, whose event is complete, in its flow. */
static __always_inline void flow_count(const struct packet_event *ev, struct packet_stats *st)
{
	const __u64 *src = (const __u64 *)ev->src, *dst = (const __u64 *)ev->dst;
	struct flow_key key FLOW_WORDS;
	struct flow_stats *fs;

	if (!flows || !(ev->flags & XDPTAP_EV_IP))
		return;
	((__u64 *)key.src)[0] = src[0];
	((__u64 *)key.src)[1] = src[1];
	((__u64 *)key.dst)[0] = dst[0];
	((__u64 *)key.dst)[1] = dst[1];
	key.sport = ev->flags & XDPTAP_EV_PORTS ? ev->sport : 0;
	key.dport = ev->flags & XDPTAP_EV_PORTS ? ev->dport : 0;
	key.eth_type = ev->eth_type;
	key.proto = ev->proto;
	key.zero = 0;
	fs = bpf_map_lookup_elem(&flow_map, &key);
	if (fs)
		flow_add(fs, ev);
	else
		flow_make(ev, &key, st);
}

#endif
