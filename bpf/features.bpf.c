// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * Tiny programs that `xdptap-loader features` loads, to find out what the kernel allows. They see
 * no frame but those that nobody sends: on the loopback of a network namespace of their own.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* What features_replacement replaces: a global function, whose result the verifier must not know.
 */
__noinline int features_replaced(struct xdp_md *ctx)
{
	volatile int action = XDP_PASS;

	return ctx ? action : XDP_ABORTED;
}

SEC("xdp.frags")
int features_xdp(struct xdp_md *ctx)
{
	return features_replaced(ctx);
}

SEC("freplace/features_replaced")
int features_replacement(struct xdp_md *ctx)
{
	return ctx ? XDP_PASS : XDP_ABORTED;
}

SEC("fentry/features_xdp")
int features_at_entry(void *ctx)
{
	(void)ctx;
	return 0;
}

SEC("fexit/features_xdp")
int features_at_exit(void *ctx)
{
	(void)ctx;
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
