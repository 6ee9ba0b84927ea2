/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * Whose turn it is: while a tap gets new settings, a program with the old ones and one with the new
 * ones may both see a frame, and exactly one of them must capture it. Used by capture.h;
 * loader/turn.c writes what is read here.
 */
#ifndef XDPTAP_BPF_CONTROL_H
#define XDPTAP_BPF_CONTROL_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/* That of this program. */
const volatile __u32 generation = 0;

/* Of several programs of one generation, which trace the members of a chain, the one that each
 * frame comes to first decides for them all. */
const volatile __u32 decides = 1;

/* The section makes it a map of its own. If it were not aligned, clang would read it in halves. */
struct tap_control control SEC(".data.control") __attribute__((aligned(sizeof(__u64))));

_Static_assert(__alignof__(control) == sizeof(__u64), "read as one word");

/* What the program that decides has read of tap_control.generation, on this CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} decided SEC(".maps");

/* Written and pinned by the loader alone; declared here so that it gets BTF. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct tap_settings);
} settings SEC(".maps");

enum control_verdict {
	CONTROL_CAPTURE, /* it is our turn */
	CONTROL_COUNT,   /* it is our turn, but the tap is paused */
	CONTROL_LEAVE,   /* it is the other program's turn */
};

union control_word {
	__u64 word;
	struct tap_control control;
};

/* The verdict in all states but the usual one; `now` is a struct tap_control. */
static __noinline int control_decide(__u64 now)
{
	union control_word word = { now };
	__u32 current = word.control.generation, turn = word.control.turn, zero = 0, *first;

	if (turn == XDPTAP_TURN_EVEN_FIRST || turn == XDPTAP_TURN_ODD_FIRST) {
		first = bpf_map_lookup_elem(&decided, &zero);
		if (!first)
			return CONTROL_LEAVE; /* never happens: an array has the key 0 */
		if (decides && turn == XDPTAP_TURN_EVEN_FIRST + generation % 2)
			*first = current;
		else
			current = *first;
	}
	if (turn != XDPTAP_TURN_ANY && current != generation)
		return CONTROL_LEAVE;
	return word.control.paused ? CONTROL_COUNT : CONTROL_CAPTURE;
}

/* Returns an enum control_verdict on the frame. Call it once. */
static __always_inline int control_verdict(void)
{
	/* One read: its parts belong together. */
	__u64 now = *(const volatile __u64 *)&control;
	__u64 usual = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? generation
								: (__u64)generation << 32;

	return now == usual ? CONTROL_CAPTURE : control_decide(now);
}

#endif
