/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's part alone, floor.bpf.c, and the naive's program, both held by
 * this process and ready for test_run(); with the cheapest consumer of a ring.
 */
#ifndef XDPTAP_BENCH_FLOOR_H
#define XDPTAP_BENCH_FLOOR_H

#include <stdbool.h>
#include <pthread.h>

enum floor_prog { FLOOR_PASS, FLOOR_KTIME, FLOOR_TAI, FLOOR_RING, FLOOR_NAIVE, FLOOR_PROGS };

/* Loads all, each attached to a veth of its own. Returns 0 or -errno, after bench_fail(). */
int floor_open(void);

/* All is gone; also when floor_open() failed or was not called. */
void floor_close(void);

int floor_prog_fd(enum floor_prog which);

/*
 * Takes all that is in the rings, with libbpf and a callback that does nothing.
 * Returns how many records, or -errno after bench_fail().
 */
long long floor_empty(void);

/*
 * A thread on READER_CPU that empties them, and sleeps a millisecond whenever
 * there is nothing: nobody ever wakes it.
 */
struct floor_consumer {
	pthread_t thread;
	bool stop;
	long long taken; /* records, once it is stopped */
	long long cpu_ns;
	int err;
};

int floor_consumer_start(struct floor_consumer *c);
int floor_consumer_stop(struct floor_consumer *c);

#endif
