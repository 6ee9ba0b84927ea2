// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * What trace.bpf.c does with a frame, for kernels that refuse fentry: the frame is in a map, and
 * the program one that BPF_PROG_TEST_RUN calls. Used by standin_test.c.
 */
#define XDPTAP_TRACE

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "capture.h"
#include "traced.h"

struct frame_bytes {
	__u8 bytes[72000]; /* FRAME_MAX */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct frame_bytes);
} frame_map SEC(".maps");

volatile __u32 frame_length = 0;
volatile __u32 linear_length = 0;

SEC("raw_tp")
int trace_frame(void *ctx)
{
	struct traced_frame *frame;
	struct frame_bytes *from;
	__u32 zero = 0;

	(void)ctx;
	from = bpf_map_lookup_elem(&frame_map, &zero);
	if (!from)
		return 0;
	frame = traced_gather((__u64)(long)from, linear_length, frame_length);
	if (frame)
		capture_frame(frame);
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
