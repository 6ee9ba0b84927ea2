/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/* Gathers what a trace program needs to know of a frame. Used by trace.bpf.c. */
#ifndef XDPTAP_BPF_TRACED_H
#define XDPTAP_BPF_TRACED_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "frame.h"

/*
 * The frame that is being captured. While a trace program runs on a CPU, the kernel does not call
 * it there again (bpf_prog_info.recursion_misses counts that).
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct traced_frame);
} traced SEC(".maps");

/*
 * Gathers a frame of `len` bytes, of which the first buffer, at the address `data`, has `linear`.
 * Returns it; it is that of this CPU, until the next one.
 */
static __always_inline struct traced_frame *traced_gather(__u64 data, __u32 linear, __u32 len)
{
	struct traced_frame *frame;
	__u64 copied = linear;
	__u32 zero = 0;

	/* In C, the compiler may compare a copy of the number that it goes on with. */
	asm volatile("if %[copied] <= %[most] goto +1\n"
		     "%[copied] = %[most]\n"
		     : [copied] "+r"(copied)
		     : [most] "i"(TRACED_COPY_MAX));
	frame = bpf_map_lookup_elem(&traced, &zero);
	if (!frame)
		return NULL; /* never happens: an array has the key 0 */
	frame->data = data;
	frame->len = len;
	frame->linear = linear;
	frame->behind = 0;
	frame->action = 0;
	frame->member = 0;
	frame->unwanted = 0;
	if (bpf_probe_read_kernel(frame->bytes, (__u32)copied, (const void *)(long)data))
		copied = 0;
	frame->copied = (__u32)copied;
	return frame;
}

#endif /* XDPTAP_BPF_TRACED_H */
