// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* Calls the filter, and passes the frames that match; what filter_test.c joins filters with. */
#include "filter.h"

/* Not 0, and beside other data: what is joined must keep its values. */
const volatile __u32 verdicts[2] = { XDP_DROP, XDP_PASS };
__u32 frames;

SEC("xdp.frags")
int judge(struct xdp_md *ctx)
{
	frames++;
	return (int)verdicts[filter_matches(ctx, (__u32)bpf_xdp_get_buff_len(ctx)) & 1];
}

char _license[] SEC("license") = "Dual MIT/GPL";
