/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Reads the bytes of a frame, in the kernel as its verifier demands, and in user space the same
 * way. headers.h is built on it.
 */
#ifndef XDPTAP_BPF_CURSOR_H
#define XDPTAP_BPF_CURSOR_H

#include <linux/types.h>
#ifndef __bpf__
#include <string.h>
#endif

#include "frame.h"

/*
 * A view of the frame. Offsets are in bytes from the start of the frame: `off` is where the next
 * header starts, `end` is where the enclosing layer ends.
 */
struct cursor {
	frame_t *frame;
#ifndef XDPTAP_TRACE
	const __u8 *data;
	const __u8 *data_end; /* end of the bytes that can be read in place */
#endif
	__u32 off;
	__u32 end;
	__u32 claimed; /* the length that the IP header claims; 0: none, `end` is that of the frame
			*/
};

/* Room for the largest header that is read at once, the 40 bytes of IPv6. */
struct header_copy {
	__u8 bytes[40] __attribute__((aligned(8)));
};

static __always_inline struct cursor cursor_init(frame_t *frame, __u32 off, __u32 end)
{
	struct cursor c = { .frame = frame, .off = off, .end = end };

#ifdef XDPTAP_TRACE
	/* all is in the frame */
#elif defined(__bpf__)
	c.data = (const void *)(long)frame->data;
	c.data_end = (const void *)(long)frame->data_end;
#else
	c.data = frame->data;
	c.data_end = frame->data + frame->len;
#endif
	return c;
}

/*
 * Returns the next `size` bytes, at most 40, without moving the cursor; NULL if they are not all
 * inside the enclosing layer. A header that straddles two buffers of a multi-buffer frame is
 * gathered into `copy`.
 */
static __always_inline const __u8 *cursor_peek(const struct cursor *c, __u32 size,
					       struct header_copy *copy)
{
	if (c->off + size > c->end)
		return NULL;
#ifdef XDPTAP_TRACE
	if (c->off + size <= c->frame->copied)
		return c->frame->bytes + (c->off & (TRACED_COPY_MAX - 1)); /* changes nothing */
	return frame_load(c->frame, c->off, copy->bytes, size) ? NULL : copy->bytes;
#elif defined(__bpf__)
	/*
	 * The mask gives the verifier the bound it wants and changes nothing:
	 * no header that is walked starts beyond 14 + 4 * 4 + 40 + 8 * 2048.
	 */
	const __u8 *p = c->data + (c->off & 0x7fff);

	if (p + size <= c->data_end)
		return p;
	if (frame_load(c->frame, c->off, copy->bytes, size))
		return NULL;
	return copy->bytes;
#else
	if (c->off + size > c->frame->len)
		return NULL;
	memcpy(copy->bytes, c->data + c->off, size); /* aligned, unlike the frame */
	return copy->bytes;
#endif
}

/*
 * Returns `value`, and makes the verifier forget how it was computed. `salt` is any number that
 * the verifier does not know. Otherwise it follows every way to reach a header (tags, options,
 * gathered or in place) to the end separately: 180,000 instructions instead of 4,600 on Linux
 * 6.1 with clang 14, 460,000 instead of 7,100 on 6.18.
 */
static __always_inline __u32 forget(__u32 value, __u32 salt)
{
#ifdef __bpf__
	asm volatile("%0 ^= %1\n"
		     "%0 ^= %1\n"
		     : "+r"(value)
		     : "r"(salt));
#else
	(void)salt;
#endif
	return value;
}

/* In the kernel a global function, which the verifier checks once, on its own. */
#ifdef __bpf__
#define PARSE_GLOBAL __attribute__((noinline))
#else
#define PARSE_GLOBAL static inline
#endif

/* Linux 6.1 refuses the layout that clang 14 gives some loops. */
#ifdef __bpf__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL
#endif

/*
 * Reads whole words of a header, in network byte order. memcpy() would be compiled to single
 * bytes here, for the sake of processors that can't read unaligned words.
 */
#ifdef __bpf__
#define LOAD(type, p) (*(const type *)(p))
#else
#define LOAD(type, p)                            \
	({                                       \
		type word_;                      \
		memcpy(&word_, p, sizeof(type)); \
		word_;                           \
	})
#endif

static __always_inline __u16 get_be16(const __u8 *p)
{
	__u16 word = LOAD(__u16, p);

	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap16(word) : word;
}

#endif /* XDPTAP_BPF_CURSOR_H */
