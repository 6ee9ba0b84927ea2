// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * The two ends of the benchmark's traffic; loaded by traffic.c. The frames come
 * from BPF_PROG_TEST_RUN in its live-frames mode.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 to_ifindex;

/* Each frame that the kernel makes goes out of the sending end. */
SEC("xdp")
int generate(struct xdp_md *ctx)
{
	(void)ctx;
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
