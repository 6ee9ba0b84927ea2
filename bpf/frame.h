/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a frame is to the code that parses, filters and copies it: to an XDP program its context;
 * to a trace program a copy of its beginning; and in user space, where tests run that code, plain
 * bytes.
 */
#ifndef XDPTAP_BPF_FRAME_H
#define XDPTAP_BPF_FRAME_H

#include <linux/bpf.h>
#include <linux/types.h>
#ifdef __bpf__
#include <bpf/bpf_helpers.h>
#else
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#endif

#include "abi.h"

#if !defined(__bpf__)

typedef struct {
	const __u8 *data;
	__u32 len;
} frame_t;

static __always_inline int frame_given(const frame_t *frame)
{
	return frame != NULL;
}

#elif defined(XDPTAP_TRACE)

/* So many bytes are copied; headers are within them but for hostile frames. A power of two. */
#define TRACED_COPY_MAX 256

/*
 * A frame that another XDP program gets or has had. A trace program has no direct access to it: a
 * helper function copies from it, and its later buffers can't be read at all. loader/filter knows
 * this layout.
 */
struct traced_frame {
	__u64 data;   /* address of the first buffer */
	__u32 len;    /* bytes of the whole frame */
	__u32 linear; /* bytes in the first buffer */
	__u32 copied; /* bytes of it below */
	__u32 behind; /* 1: bytes were wanted that are in a later buffer */
	/* At exit, enum xdptap_action, and the index of the program in XDPTAP_MAP_MEMBERS; else 0.
	 */
	__u32 action;
	__u32 member;
	__u32 unwanted; /* 1: at exit, an action that becomes no event */
	__u32 zero;     /* always 0 */
	/* The verifier takes the longest header to begin at the last of the copied bytes. */
	__u8 bytes[TRACED_COPY_MAX + 40];
};

typedef struct traced_frame frame_t;

static __always_inline __u32 frame_len(const frame_t *frame)
{
	return frame->len;
}

/* Whether there is one, which the verifier does not know of an argument of a global function. */
static __always_inline int frame_given(const frame_t *frame)
{
	return frame != NULL;
}

/* Returns how many bytes from the beginning can be read. */
static __always_inline __u32 frame_readable(const frame_t *frame, __u32 len)
{
	(void)len;
	return frame->linear;
}

/* Whether the first buffer has less than the shortest captured bytes: some drivers leave it empty.
 */
static __always_inline int frame_is_short(const frame_t *frame)
{
	return frame->linear < 8;
}

/* Whether a part of the frame could not be read that would be there for an XDP program. */
static __always_inline int frame_is_cut(const frame_t *frame)
{
	return frame->behind != 0;
}

static __always_inline __u32 frame_action(const frame_t *frame)
{
	return frame->action;
}

static __always_inline __u32 frame_member(const frame_t *frame)
{
	return frame->member;
}

/* Whether the tap is to make no event, whatever is in the frame. */
static __always_inline int frame_is_unwanted(const frame_t *frame)
{
	return frame->unwanted != 0;
}

/* Copies `size` bytes, at most 65535, from the offset `off`. Returns 0, or -errno. */
static __always_inline long frame_load(frame_t *frame, __u32 off, void *to, __u32 size)
{
	if ((__u64)off + size > frame->linear) {
		frame->behind = 1;
		return -1; /* EPERM; all callers want to know is that it failed */
	}
	return bpf_probe_read_kernel(to, size, (const void *)(long)(frame->data + off));
}

#else

typedef struct xdp_md frame_t;

static __always_inline __u32 frame_len(frame_t *frame)
{
	return (__u32)bpf_xdp_get_buff_len(frame);
}

static __always_inline int frame_given(const frame_t *frame)
{
	(void)frame;
	return 1; /* it is the context */
}

/* Returns how many bytes from the beginning can be read of a frame of `len` bytes; in two steps,
 * of at most 65535 bytes each. */
static __always_inline __u32 frame_readable(const frame_t *frame, __u32 len)
{
	(void)frame;
	return len;
}

static __always_inline int frame_is_short(const frame_t *frame)
{
	(void)frame;
	return 0; /* no frame is shorter than an Ethernet header */
}

/* Copies `size` bytes, at most 65535, from the offset `off`. Returns 0, or -errno. */
static __always_inline long frame_load(frame_t *frame, __u32 off, void *to, __u32 size)
{
	return bpf_xdp_load_bytes(frame, off, to, size);
}

#endif

#if !defined(__bpf__) || !defined(XDPTAP_TRACE)

/* All of the frame can be read, and nobody knows yet what becomes of it. */

static __always_inline int frame_is_cut(const frame_t *frame)
{
	(void)frame;
	return 0;
}

static __always_inline __u32 frame_action(const frame_t *frame)
{
	(void)frame;
	return 0;
}

static __always_inline __u32 frame_member(const frame_t *frame)
{
	(void)frame;
	return 0;
}

static __always_inline int frame_is_unwanted(const frame_t *frame)
{
	(void)frame;
	return 0;
}

#endif

#endif /* XDPTAP_BPF_FRAME_H */
