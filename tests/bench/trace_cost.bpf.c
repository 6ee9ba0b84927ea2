// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * What trace.bpf.c does with a frame, in a program that BPF_PROG_TEST_RUN can call many times over,
 * also where the kernel refuses fentry. Without the call from the traced program, and without the
 * look at the interface. Used by trace.c.
 */
#define XDPTAP_TRACE

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "capture.h"
#include "traced.h"

SEC("xdp.frags")
int trace_cost(struct xdp_md *ctx)
{
	__u64 data = (__u64)(long)ctx->data;
	struct traced_frame *frame;

	frame = traced_gather(data, (__u32)((__u64)(long)ctx->data_end - data),
			      (__u32)bpf_xdp_get_buff_len(ctx));
	if (frame)
		capture_frame(frame);
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
