// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * The least that the kernel asks for: a program that does nothing, one that only
 * takes the time, one that only puts 56 bytes into a ring. Loaded by floor.c.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XDPTAP_DEFAULT_RING_BYTES);
} floor_ring_map SEC(".maps");

SEC("xdp.frags")
int floor_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

/* The result depends on the time, so that it can't be left out. */
SEC("xdp.frags")
int floor_ktime(struct xdp_md *ctx)
{
	(void)ctx;
	return bpf_ktime_get_ns() ? XDP_PASS : XDP_ABORTED;
}

SEC("xdp.frags")
int floor_tai(struct xdp_md *ctx)
{
	(void)ctx;
	return bpf_ktime_get_tai_ns() ? XDP_PASS : XDP_ABORTED;
}

SEC("xdp.frags")
int floor_ring(struct xdp_md *ctx)
{
	struct packet_event *rec;

	rec = bpf_ringbuf_reserve(&floor_ring_map, sizeof(*rec), 0);
	if (!rec)
		return XDP_PASS; /* seen by who counts what comes out of the ring */
	rec->len = (__u32)(ctx->data_end - ctx->data);
	bpf_ringbuf_submit(rec, BPF_RB_NO_WAKEUP);
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
