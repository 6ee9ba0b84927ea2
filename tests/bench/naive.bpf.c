// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * The obvious way to write a packet monitor, as tutorials have it, to compare
 * with: IPv4 with TCP or UDP only, one ring for all CPUs, the ring's default
 * notification at every event, a look-up for every counter. Run by naive.c
 * and, by BPF_PROG_TEST_RUN, by the benchmark.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "tests/bench/naive.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} naive_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, NAIVE_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} naive_stats SEC(".maps");

static __always_inline void count(__u32 key)
{
	__u64 *counter = bpf_map_lookup_elem(&naive_stats, &key);

	if (counter)
		(*counter)++;
}

SEC("xdp")
int naive(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct naive_event ev = {}, *rec;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	void *transport;

	ev.ktime_ns = bpf_ktime_get_ns();
	ev.len = (__u32)(end - data);
	count(NAIVE_TOTAL);

	if ((void *)(eth + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if ((void *)(ip + 1) > end)
		return XDP_PASS;
	ev.src = bpf_ntohl(ip->saddr);
	ev.dst = bpf_ntohl(ip->daddr);
	ev.proto = ip->protocol;
	if (ip->frag_off & bpf_htons(0x3fff))
		ev.flags |= NAIVE_FRAG;
	if (ip->ttl < 10)
		ev.flags |= NAIVE_LOW_TTL;

	transport = (void *)ip + ip->ihl * 4;
	if (ip->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = transport;

		if ((void *)(tcp + 1) > end)
			return XDP_PASS;
		ev.sport = bpf_ntohs(tcp->source);
		ev.dport = bpf_ntohs(tcp->dest);
		if (tcp->syn)
			ev.flags |= NAIVE_SYN;
		if (tcp->fin)
			ev.flags |= NAIVE_FIN;
		if (tcp->rst)
			ev.flags |= NAIVE_RST;
		count(NAIVE_TCP);
	} else if (ip->protocol == IPPROTO_UDP) {
		struct udphdr *udp = transport;

		if ((void *)(udp + 1) > end)
			return XDP_PASS;
		ev.sport = bpf_ntohs(udp->source);
		ev.dport = bpf_ntohs(udp->dest);
		count(NAIVE_UDP);
	} else {
		count(NAIVE_OTHER);
	}

	rec = bpf_ringbuf_reserve(&naive_ring, sizeof(ev), 0);
	if (!rec) {
		/* Nobody would count it; the benchmark has to know. */
		count(NAIVE_LOST);
		return XDP_PASS;
	}
	__builtin_memcpy(rec, &ev, sizeof(ev));
	bpf_ringbuf_submit(rec, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
