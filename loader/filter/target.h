/* SPDX-License-Identifier: BSD-2-Clause */
/* The two kinds of programs that a filter is joined with. */
#ifndef XDPTAP_LOADER_FILTER_TARGET_H
#define XDPTAP_LOADER_FILTER_TARGET_H

#include <linux/types.h>

enum filter_target {
	FILTER_XDP,   /* capture.bpf.c: the frame is the context, a struct xdp_md */
	FILTER_TRACE, /* trace.bpf.c: the frame is a struct traced_frame */
};

/* Of struct traced_frame in bpf/frame.h, which is no header for user space. */
#define FILTER_TRACED_BYTES 296

struct filter_traced_frame {
	__u64 data;
	__u32 len;
	__u32 linear;
	__u32 copied;
	__u32 behind;
	__u32 action;
	__u32 member;
	__u32 unwanted;
	__u32 zero;
	__u8 bytes[FILTER_TRACED_BYTES];
};

#endif
