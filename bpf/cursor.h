/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Reading a frame's bytes: in the kernel as its verifier wants it, and the same
 * in user space. What parse.h stands on.
 */
#ifndef XDPTAP_BPF_CURSOR_H
#define XDPTAP_BPF_CURSOR_H

#include <linux/bpf.h>
#include <linux/types.h>
#ifdef __bpf__
#include <bpf/bpf_helpers.h>
#else
#include <string.h>
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#endif

#ifdef __bpf__
typedef struct xdp_md frame_t;
#else
typedef struct {
	const __u8 *data;
	__u32 len;
} frame_t;
#endif

/*
 * A view of the frame. Offsets are bytes from the frame's start: `off` is
 * where the next header starts, `end` where the enclosing layer ends.
 */
struct cursor {
	frame_t *frame;
	const __u8 *data;
	const __u8 *data_end; /* of what can be read in place */
	__u32 off;
	__u32 end;
};

/* Room for the largest header that is read in one piece, IPv6's 40 bytes. */
struct header_copy {
	__u8 bytes[40] __attribute__((aligned(8)));
};

static __always_inline struct cursor cursor_init(frame_t *frame, __u32 off, __u32 end)
{
	struct cursor c = { .frame = frame, .off = off, .end = end };

#ifdef __bpf__
	c.data = (const void *)(long)frame->data;
	c.data_end = (const void *)(long)frame->data_end;
#else
	c.data = frame->data;
	c.data_end = frame->data + frame->len;
#endif
	return c;
}

/*
 * The next `size` bytes, at most 40; the cursor stays. NULL if they are not
 * all inside the enclosing layer. A header that straddles the linear part and
 * the fragments of a multi-buffer frame is gathered into `copy`.
 */
static __always_inline const __u8 *cursor_peek(const struct cursor *c, __u32 size,
					       struct header_copy *copy)
{
	if (c->off + size > c->end)
		return NULL;
#ifdef __bpf__
	/*
	 * The mask gives the verifier the bound it wants and changes nothing:
	 * no header that is walked starts beyond 14 + 4 * 4 + 40 + 8 * 2048.
	 */
	const __u8 *p = c->data + (c->off & 0x7fff);

	if (p + size <= c->data_end)
		return p;
	if (bpf_xdp_load_bytes(c->frame, c->off, copy->bytes, size))
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
 * `value`, of which the verifier no longer knows how it came about. `salt` is
 * any number unknown to it. Otherwise every way to reach a header (tags,
 * options, gathered or in place) is verified to the end by itself: 180,000
 * instructions instead of 4,600 (Linux 6.1, clang 14), 460,000 instead of 7,100
 * (6.18).
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

/* A global function in the kernel, which the verifier checks once and by itself. */
#ifdef __bpf__
#define PARSE_GLOBAL __attribute__((noinline))
#else
#define PARSE_GLOBAL static inline
#endif

/* Linux 6.1 refuses a loop that clang 14 has laid out so that its end runs into it. */
#ifdef __bpf__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL
#endif

/*
 * Whole words of a header, in wire order: byte for byte is what the compiler
 * makes of memcpy() here, for the sake of processors that can't read unaligned.
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
