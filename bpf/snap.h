/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * The frame's first bytes, in the record of its event. Used by capture.bpf.c if
 * there is a snaplen.
 *
 * The verifier wants to know how large a record is. Of a frame that is cut it
 * does: they all have snaplen bytes. For a shorter one there are dynptrs, at
 * 45 ns more, which have any size, but give it out only in slices of a known one:
 * 2^k bytes from the beginning and as many up to the end, which overlap.
 */
#ifndef XDPTAP_SNAP_BPF_H
#define XDPTAP_SNAP_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "cursor.h"

/* Bytes of a frame, at most, up to XDPTAP_SNAPLEN_MOST; 0: events alone. */
const volatile __u32 snaplen = 0;

/*
 * Word by word up to here, 4 ns for 128 bytes; beyond it and out of later buffers
 * by the helper, which takes 30 for any.
 */
#define SNAP_WORDS_MOST 1024

struct snap_record {
	struct packet_event ev;
	__u8 bytes[];
};

#define SNAP_WORD(to, from, off) (*(__u64 *)((to) + (off)) = *(const __u64 *)((from) + (off)))

/* The frame's `size` bytes from `off` on; the verifier knows `size`. Returns 0, or -errno. */
static __always_inline long snap_copy(struct xdp_md *frame, __u8 *to, __u32 off, __u32 size)
{
	const __u8 *from = (const void *)(long)frame->data + off;
	__u32 i = 0;

	/* Else clang makes two pointers of it, of which only one is checked. */
	asm volatile("" : "+r"(from));
	if (size < 8 || size > SNAP_WORDS_MOST || from + size > (const __u8 *)(long)frame->data_end)
		return bpf_xdp_load_bytes(frame, off, to, size);
	for (; i + 32 <= size; i += 32) {
		SNAP_WORD(to, from, i);
		SNAP_WORD(to, from, i + 8);
		SNAP_WORD(to, from, i + 16);
		SNAP_WORD(to, from, i + 24);
	}
	for (; i + 8 <= size; i += 8)
		SNAP_WORD(to, from, i);
	if (i < size)
		SNAP_WORD(to, from, size - 8);
	return 0;
}

/*
 * Copies all `len` bytes of the frame into the record that was reserved for them
 * and their event. Returns the place of the event, NULL if it can't be done.
 */
static __always_inline struct packet_event *snap_fill(struct xdp_md *frame, __u32 len,
						      struct bpf_dynptr *record)
{
	struct snap_record *first;
	__u8 *last;
	__u32 off;

	UNROLL /* no frame is shorter than an Ethernet header */
		for (__u32 size = 8; size < XDPTAP_SNAPLEN_MOST; size *= 2)
	{
		if (len / 2 >= size && snaplen / 2 >= size)
			continue;
		first = bpf_dynptr_data(record, 0, sizeof(*first) + size);
		if (!first || snap_copy(frame, first->bytes, 0, size))
			return NULL;
		off = (len - size) & (size - 1); /* less than size; the verifier can't know */
		last = bpf_dynptr_data(record, sizeof(*first) + off, size);
		if (!last || snap_copy(frame, last, off, size))
			return NULL;
		/*
		 * What follows is verified anew for each size that the event's
		 * slice may have. A third slice would do, at 10 ns.
		 */
		return size <= SNAP_WORDS_MOST
			       ? &first->ev
			       : bpf_dynptr_data(record, 0, sizeof(struct packet_event));
	}
	return NULL;
}

#endif
