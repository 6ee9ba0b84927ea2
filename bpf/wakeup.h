/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * Waking the reader. A notification costs microseconds and an event tens of
 * nanoseconds, so nobody is notified who is awake, or is to look by itself a
 * moment later: enum xdptap_wakeup says what the reader wants. Its side is
 * reader/wakeup.c. Used by capture.bpf.c.
 *
 * No wake-up is lost, as each side writes first and looks then, with a full
 * barrier in between: the program commits an event, by the kernel's xchg(), and
 * then reads the word; the reader writes the word and then looks into the rings.
 * That the word is NEVER again is seen before the bell is: to reserve room in it
 * releases what was written before.
 */
#ifndef XDPTAP_BPF_WAKEUP_H
#define XDPTAP_BPF_WAKEUP_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/*
 * How often it is looked how full a ring is: at each event of a CPU whose number
 * has none of these bits. The loader has fewer for small rings.
 */
const volatile __u32 wakeup_look_mask = XDPTAP_WAKEUP_LOOK_MAX - 1;

/* An enum xdptap_wakeup; a map of its own, by this name, that can be mapped. */
volatile __u32 wakeup SEC(".data.wakeup") = XDPTAP_WAKEUP_PLAIN;

/* Room for one ring would do: the reader empties it before each sleep. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} doorbell SEC(".maps");

/* For bpf_ringbuf_submit(): only plain readers are notified by the ring itself. */
static __always_inline __u64 wakeup_submit_flags(void)
{
	return wakeup == XDPTAP_WAKEUP_PLAIN ? 0 : BPF_RB_NO_WAKEUP;
}

/*
 * After this CPU has committed its event number `events` to `ring`; the commit
 * is a full barrier. Rings if the reader wants that.
 */
static __always_inline void wakeup_ring_bell(void *ring, __u64 events)
{
	__u32 when = wakeup;
	void *bell;

	if (when <= XDPTAP_WAKEUP_NEVER)
		return;
	if (when == XDPTAP_WAKEUP_HALF &&
	    (events & wakeup_look_mask || bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) <
						  bpf_ringbuf_query(ring, BPF_RB_RING_SIZE) / 2))
		return;
	wakeup = XDPTAP_WAKEUP_NEVER;
	/* No room: then it has been rung since the reader went to sleep. */
	bell = bpf_ringbuf_reserve(&doorbell, sizeof(__u64), 0);
	if (bell)
		bpf_ringbuf_discard(bell, BPF_RB_FORCE_WAKEUP);
}

#endif
