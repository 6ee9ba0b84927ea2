/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * The frame's own first bytes, behind its event. Used by capture.bpf.c.
 *
 * The kernel has two ways to reserve a record: of a size that the verifier
 * knows, which serves where a frame is cut at the snaplen; and, dearer, a dynptr
 * of any size, whose slices are again of sizes that it knows.
 */
#ifndef XDPTAP_SNAP_BPF_H
#define XDPTAP_SNAP_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "cursor.h"

/* Bytes of a frame, at most, up to XDPTAP_SNAPLEN_MOST. */
const volatile __u32 snaplen = 0;

/* bpf_xdp_load_bytes() refuses any length and any offset beyond this. */
#define SNAP_LOAD_MOST 0xffff

/* The largest power of two below that: two of them reach to the end of an IP packet. */
#define SNAP_SLICE_MOST 32768

/* What XDP can give of a frame. Only generic mode has longer ones, of several TCP segments. */
#define SNAP_REACH (SNAP_LOAD_MOST + SNAP_SLICE_MOST)

/* How many bytes of a frame of `len` are captured. */
static __always_inline __u32 snap_caplen(__u32 len)
{
	__u32 most = snaplen < SNAP_REACH ? snaplen : SNAP_REACH;

	return len < most ? len : most;
}

/* `size` bytes, from `off` on, to their place in the record. Returns 0 or -1. */
static __always_inline int snap_copy_slice(struct xdp_md *frame, struct bpf_dynptr *record,
					   __u32 off, __u32 size)
{
	void *to = bpf_dynptr_data(record, sizeof(struct packet_event) + off, size);

	return !to || bpf_xdp_load_bytes(frame, off, to, size) ? -1 : 0;
}

/*
 * The frame's first `caplen` bytes, at least one, to the record of an event and
 * as many: the 2^k bytes at their beginning and those at their end, which are
 * all of them, with some twice; beyond 64 KiB with those between. Returns 0 or -1.
 */
static __always_inline int snap_copy(struct xdp_md *frame, struct bpf_dynptr *record, __u32 caplen)
{
	UNROLL
	for (__u32 size = 1; size <= SNAP_SLICE_MOST; size *= 2) {
		if (size < SNAP_SLICE_MOST && size * 2 <= snaplen && caplen >= size * 2)
			continue;
		if (snap_copy_slice(frame, record, 0, size))
			return -1;
		if (size == SNAP_SLICE_MOST && caplen > size * 2 &&
		    snap_copy_slice(frame, record, size, size))
			return -1;
		return snap_copy_slice(frame, record, caplen - size, size);
	}
	return -1;
}

#endif
