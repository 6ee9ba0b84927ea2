// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * The XDP program: captures frames as capture.h says, and passes them on. xdptap-loader attaches
 * it and pins its maps.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <xdp/xdp_helpers.h>

#include "abi.h"
#include "capture.h"

struct {
	__uint(priority, XDPTAP_DEFAULT_PRIO);
	__uint(XDP_PASS, 1);
} XDP_RUN_CONFIG(capture_packet_data);

/* "frags": without it, the program would take multi-buffer support from the whole chain. */
SEC("xdp.frags")
int capture_packet_data(struct xdp_md *ctx)
{
	capture_frame(ctx);
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
