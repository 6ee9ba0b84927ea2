/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * Counts packets and bytes per flow. Each CPU has counters of its own in the entry of a flow.
 * If flows are off, the verifier drops this code. Used by capture.h.
 */
#ifndef XDPTAP_BPF_FLOWS_H
#define XDPTAP_BPF_FLOWS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "headers.h"

/* Entries of flow_map, up to XDPTAP_FLOWS_MAX; 0: off, and the loader creates no such map. */
const volatile __u32 flows = 0;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 1);
	__type(key, struct flow_key);
	__type(value, struct flow_stats);
} flow_map SEC(".maps");

/* The number of deleted entries. Written only by the process that deletes entries; declared here so
 * that it gets BTF. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} flow_flushed SEC(".maps");

static __always_inline void flow_add(struct flow_stats *fs, const struct packet_event *ev)
{
	/* Another CPU created the entry and left our counters 0. */
	if (!fs->first_ns)
		fs->first_ns = ev->ts_ns;
	fs->last_ns = ev->ts_ns;
	fs->packets++;
	fs->bytes += ev->len;
	fs->syns += ev->flags / XDPTAP_EV_SYN & 1;
	fs->tcp_flags |= ev->tcp_flags;
}

/*
 * Creates the entry for the first packet of a flow. If all entries are in use, the kernel evicts
 * another one. It fails if it finds none to evict, or if the code that the packet interrupted
 * on this CPU holds a lock that it needs.
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
	fs = bpf_map_lookup_elem(&flow_map, key); /* another CPU may have been faster */
	if (fs)
		flow_add(fs, ev);
	else
		st->flow_lost++;
	return 0;
}

/*
 * Counts a packet, whose event is complete, in its flow. No atomic operations are needed, since
 * each CPU has counters of its own.
 */
static __always_inline void flow_count(const struct packet_event *ev, struct packet_stats *st,
				       int with_flows)
{
	struct flow_key key __attribute__((aligned(8)));
	struct flow_stats *fs;

	if (!with_flows || !(ev->flags & XDPTAP_EV_IP))
		return;
	put_address(key.src, LOAD(__u64, ev->src), LOAD(__u64, ev->src + 8));
	put_address(key.dst, LOAD(__u64, ev->dst), LOAD(__u64, ev->dst + 8));
	key.sport = ev->flags & XDPTAP_EV_PORTS ? ev->sport : 0; /* may be ICMP's type */
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
