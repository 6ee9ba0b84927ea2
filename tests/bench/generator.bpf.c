// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * The two ends of the benchmark's traffic; loaded by traffic.c. The frames come
 * from BPF_PROG_TEST_RUN in its live-frames mode.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "tests/bench/mix.h"

const volatile __u32 to_ifindex;

/* Whether the frames become those of mix.c, one after the other. */
const volatile __u32 mixed;

/* Words: the frames are copied by them. */
const volatile __u64 mix[MIX_KINDS][MIX_BYTES / 8];

static __u32 sent;

/* Each frame that the kernel makes goes out of the sending end. */
SEC("xdp")
int generate(struct xdp_md *ctx)
{
	__u64 *to = (void *)(long)ctx->data;
	__u32 kind;

	if (mixed) {
		if (to + MIX_BYTES / 8 > (__u64 *)(long)ctx->data_end)
			return XDP_ABORTED;
		kind = sent++ % MIX_KINDS;
		for (int i = 0; i < MIX_BYTES / 8; i++)
			to[i] = mix[kind][i];
	}
	return (int)bpf_redirect(to_ifindex, 0);
}

/* No capture: what any program at the receiving end costs at least. */
SEC("xdp.frags")
int pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
