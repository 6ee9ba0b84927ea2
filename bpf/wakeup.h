/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * Wakes the reader. Waking it costs microseconds, producing an event tens of nanoseconds. So a
 * reader that is awake, or that will wake up by itself soon, is not woken: enum xdptap_wakeup
 * is what the reader requests, in reader/wakeup.c. Used by capture.h.
 *
 * No wake-up is lost, because each side writes first and reads then, with a full barrier in
 * between: the program commits an event, by the kernel's xchg(), and then reads the request;
 * the reader writes the request and then checks the ring buffers. The reader sees the request
 * reset to NEVER before it sees the doorbell: reserving a record there has release semantics.
 */
#ifndef XDPTAP_BPF_WAKEUP_H
#define XDPTAP_BPF_WAKEUP_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"

/*
 * The program checks the fill level at each event of a CPU whose number has none of these bits.
 * The loader sets fewer bits for small ring buffers.
 */
const volatile __u32 wakeup_look_mask = XDPTAP_WAKEUP_LOOK_MAX - 1;

/* An enum xdptap_wakeup. The section makes it a map of its own, which can be mapped. */
volatile __u32 wakeup SEC(".data.wakeup") = XDPTAP_WAKEUP_PLAIN;

/* Room for one record would do: the reader empties it each time before it sleeps. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} doorbell SEC(".maps");

/* For bpf_ringbuf_submit(): the ring buffer itself notifies plain readers only. */
static __always_inline __u64 wakeup_submit_flags(void)
{
	return wakeup == XDPTAP_WAKEUP_PLAIN ? 0 : BPF_RB_NO_WAKEUP;
}

/*
 * Wakes the reader if it has requested that. Call it after this CPU has committed its event
 * number `events` to `ring`; the commit is a full barrier.
 */
static __always_inline void wakeup_reader(void *ring, __u64 events)
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
	/* If there is no room, the reader has been woken since it went to sleep. */
	bell = bpf_ringbuf_reserve(&doorbell, sizeof(__u64), 0);
	if (bell)
		bpf_ringbuf_discard(bell, BPF_RB_FORCE_WAKEUP);
}

#endif
