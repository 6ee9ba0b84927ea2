/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * The filter of a tap. The function here lets everything pass. A tap with a filter gets another
 * one of the same name, which loader/filter makes of the user's expression, and which replaces
 * this one because this one is weak.
 */
#ifndef XDPTAP_BPF_FILTER_H
#define XDPTAP_BPF_FILTER_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "frame.h"

/*
 * Returns whether the frame matches: 1 or 0. `len` is the number of bytes of the whole frame, in
 * all its buffers.
 *
 * A global function, which the verifier checks on its own, whatever it is called with.
 */
__weak __noinline int filter_matches(frame_t *frame, __u32 len)
{
	int matches = 1;

	/* The compiler must not see what a weak function returns, and must pass both arguments. */
	asm volatile("" : "+r"(matches) : "r"(frame), "r"(len));
	return matches;
}

#endif /* XDPTAP_BPF_FILTER_H */
