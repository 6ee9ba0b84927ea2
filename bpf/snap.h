/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * Copies the first bytes of a frame into the record of its event. Used by capture.h if there
 * is a snaplen.
 *
 * The verifier has to know the size of a record. For truncated frames it does, since all of them
 * have snaplen bytes. A shorter frame needs a dynptr, which costs 45 ns more. A dynptr may have
 * any size but is accessed only in slices of a known size: 2^k bytes from the beginning, and as
 * many or half as many up to the end.
 */
#ifndef XDPTAP_BPF_SNAP_H
#define XDPTAP_BPF_SNAP_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "cursor.h"
#include "frame.h"

/* Captured bytes of a frame, at most; up to XDPTAP_SNAPLEN_MAX; 0: none. */
const volatile __u32 snaplen = 0;

/*
 * Up to this size bytes are copied word by word, 4 ns for 128 bytes. More bytes, and those of
 * later buffers, are copied by the helper function, which takes 30 ns for any size.
 */
#define SNAP_WORDS_MAX 1024

/* The maximum size, and the maximum offset, that bpf_xdp_load_bytes() accepts. */
#define SNAP_LOAD_MAX 65535

_Static_assert(XDPTAP_CAPLEN_MAX == 2 * SNAP_LOAD_MAX, "as far as two slices reach");

struct snap_record {
	struct packet_event ev;
	__u8 bytes[];
};

#ifdef XDPTAP_TRACE
/* Copies `size` bytes of the frame from `off` on; the verifier knows `size`. Returns 0 or not. */
static __always_inline long snap_copy(frame_t *frame, __u8 *to, __u32 off, __u32 size)
{
	return frame_load(frame, off, to, size);
}
#else
static __always_inline void snap_copy_word(__u8 *to, const __u8 *from, __u32 off)
{
	*(__u64 *)(to + off) = *(const __u64 *)(from + off);
}

/* Copies `size` bytes of the frame from `off` on; the verifier knows `size`. Returns 0 or -errno.
 */
static __always_inline long snap_copy(frame_t *frame, __u8 *to, __u32 off, __u32 size)
{
	const __u8 *from = (const void *)(long)frame->data + off;
	__u32 i = 0;

	/* Otherwise clang makes two pointers of it, only one of which is checked. */
	asm volatile("" : "+r"(from));
	if (size < 8 || size > SNAP_WORDS_MAX || from + size > (const __u8 *)(long)frame->data_end)
		return frame_load(frame, off, to, size);
	for (; i + 64 <= size; i += 64) {
		UNROLL
		for (__u32 word = 0; word < 64; word += 8)
			snap_copy_word(to, from, i + word);
	}
	for (; i + 8 <= size; i += 8)
		snap_copy_word(to, from, i);
	if (i < size)
		snap_copy_word(to, from, size - 8);
	return 0;
}
#endif

/* Returns how many bytes of a frame of `len` bytes are captured. */
static __always_inline __u32 snap_caplen(const frame_t *frame, __u32 len)
{
	__u32 readable = frame_readable(frame, len);
	__u32 caplen = readable < snaplen ? readable : snaplen;

	return caplen < XDPTAP_CAPLEN_MAX ? caplen : XDPTAP_CAPLEN_MAX;
}

/*
 * Returns 1 if less can be read of a frame of `len` bytes than snaplen allows, else 0; without a
 * branch, since the verifier would follow both to the end.
 */
static __always_inline __u64 snap_truncates(const frame_t *frame, __u32 len)
{
#ifdef XDPTAP_TRACE
	__u32 wanted = len < snaplen ? len : snaplen;

	return ((__u64)snap_caplen(frame, len) - wanted) >> 63;
#else
	(void)frame;
	return snaplen > XDPTAP_CAPLEN_MAX ? ((__u64)XDPTAP_CAPLEN_MAX - len) >> 63 : 0;
#endif
}

/*
 * Copies the first `caplen` bytes of the frame into the record that was reserved for them and the
 * event. Returns where the event belongs, or NULL on failure.
 */
static __always_inline struct packet_event *snap_fill(frame_t *frame, __u32 caplen,
						      struct bpf_dynptr *record)
{
	__u32 k = 3, size, rest, off; /* no frame is shorter than an Ethernet header */
	struct snap_record *first;
	__u8 *last;

	while (k < 16 && caplen >> k > 1)
		k++;
	size = k < 16 ? 1u << k : SNAP_LOAD_MAX;
	first = bpf_dynptr_data(record, 0, sizeof(*first) + size);
	if (!first || snap_copy(frame, first->bytes, 0, size))
		return NULL;

	rest = caplen - size <= size / 2 ? size / 2 : size;
	off = (caplen - rest) &
	      ((2u << k) - 1); /* it is less already, which the verifier can't know */
	last = bpf_dynptr_data(record, sizeof(*first) + off, rest);
	if (!last || snap_copy(frame, last, off, rest))
		return NULL;

	/*
	 * The code that follows is verified again for each size that the slice of the event may
	 * have. A third slice would avoid that, but costs 10 ns.
	 */
	return size <= SNAP_WORDS_MAX ? &first->ev
				      : bpf_dynptr_data(record, 0, sizeof(struct packet_event));
}

#endif
