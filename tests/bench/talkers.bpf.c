// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * Gives each packet of BPF_PROG_TEST_RUN, which are all the same, a sender of its
 * own, and then calls the program that is measured. Loaded by flows.c.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} measured SEC(".maps");

volatile __u32 which;    /* entry of that map */
volatile __u32 senders;  /* how many there are */
volatile __u32 in_order; /* 1: one after the other; 0: at random */
volatile __u64 state;

/* Knuth's MMIX, of which the upper half is random enough. */
static __always_inline __u32 next_sender(void)
{
	__u64 next = in_order ? state + 1 : state * 6364136223846793005 + 1442695040888963407;

	state = next;
	return in_order ? (__u32)next % (senders ?: 1) : (__u32)((next >> 32) * senders >> 32);
}

SEC("xdp.frags")
int talkers(struct xdp_md *ctx)
{
	enum { SENDER = ETH_HLEN + 12 };
	__u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + SENDER + 4 > end)
		return XDP_ABORTED;
	*(__u32 *)(data + SENDER) = bpf_htonl(0x0a000000 + next_sender());
	bpf_tail_call(ctx, &measured, which);
	return XDP_PASS; /* no such entry: the harness alone */
}

char _license[] SEC("license") = "Dual MIT/GPL";
