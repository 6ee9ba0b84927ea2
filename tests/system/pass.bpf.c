// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * Somebody else's XDP program, for the tests: passes everything and counts
 * nothing. Runs after the tap (prio 20) when it is loaded by xdp-loader.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <xdp/xdp_helpers.h>

struct {
	__uint(priority, 20);
	__uint(XDP_PASS, 1);
} XDP_RUN_CONFIG(pass_all);

SEC("xdp.frags")
int pass_all(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
