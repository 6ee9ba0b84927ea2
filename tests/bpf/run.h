/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real XDP program in the running kernel: loaded, fed with one frame after
 * the other through BPF_PROG_TEST_RUN, its ring and counters read. What check.h
 * and so all tests in this folder stand on.
 */
#ifndef XDPTAP_TEST_RUN_H
#define XDPTAP_TEST_RUN_H

#include "bpf/abi.h"
#include "tests/bpf/frames.h"

struct capture_bpf;

/* The kernel wants at least an Ethernet header. */
#define RUN_MIN ETH_HLEN

/* One run; what is 0 is left to the kernel. */
struct run_input {
	const void *data;
	__u32 len;      /* bytes, RUN_MIN to FRAME_MAX */
	__u32 linear;   /* bytes readable in place; run_can_split() and len <= 65536 */
	__u32 metadata; /* bytes before the frame, from others: 4 n, <= 32 */
};

/*
 * Loads the program, once at a time, with a ring of `ring_bytes` (0: as the
 * object says), and with a snaplen or without. Without the right to, the process ends as a skipped
 * test program; after another error it bails out.
 */
void run_open(__u32 ring_bytes);
void run_open_snaplen(__u32 ring_bytes, __u32 snaplen);
void run_open_flows(__u32 ring_bytes, __u32 flows); /* with a map of flows, unless 0 */

/* Has run_open() call this, to change the object, before it loads it; NULL: no longer. */
void run_before_load(void (*change)(struct capture_bpf *skel));

int run_close(void **state); /* a group's teardown in cmocka */

/* What run_open() loaded, for the tests of its other maps. */
struct capture_bpf *run_object(void);

/*
 * Ends the process as a skipped test program. There is nothing to skip one
 * test: cmocka 1.1.5 prints that so that prove takes it for a failure.
 */
void skip_all(const char *reason) __attribute__((noreturn));

/* Whether this kernel lets run_input.linear choose; older ones do not. */
int run_can_split(void);

/*
 * Runs the program on one frame; the event stays in the ring. NULL, or what
 * went wrong: the run failed, not XDP_PASS, the frame was changed.
 */
const char *run_once(const struct run_input *in);

/*
 * Empties the ring, the first `max` events into `to`. Returns how many there were.
 * Bails out if a record has another length than abi.h says.
 */
int run_drain(struct packet_event *to, int max);

/* What followed the last event in the ring: its `len` bytes, but no more than the snaplen. */
const __u8 *run_bytes(void);

/* The counters since the load, of all CPUs together. */
struct packet_stats run_stats(void);

#endif /* XDPTAP_TEST_RUN_H */
