// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* Somebody else's XDP programs, which trace.bats traces. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int others_program_that_passes(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp.frags")
int others_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

/* What its BTF says of the argument keeps the kernel from tracing it. */
SEC("xdp.frags")
int others_void(void *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
