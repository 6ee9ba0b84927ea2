// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* The same of verdict.bpf.c: counting a verdict. Used by trace.c. */
#include "verdict.bpf.c"

SEC("xdp.frags")
int verdict_cost(struct xdp_md *ctx)
{
	(void)ctx;
	count(XDP_PASS);
	return XDP_PASS;
}
