/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether other processes took CPU time from a run. Kernels without scheduler
 * statistics say that of none, so there are two ways to find out.
 */
#ifndef XDPTAP_BENCH_DISTURB_H
#define XDPTAP_BENCH_DISTURB_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * For a thread that does not sleep: the wall time in which it did not run. Fine
 * enough for milliseconds; what a hypervisor took is in it as well.
 */
struct taken {
	long long wall, ran; /* ns */
};

void taken_start(struct taken *t);

/* By the same thread: true if more than 2 % of the time, and 0.2 ms, are missing. */
bool taken_any(const struct taken *t);

/*
 * For runs of 0.3 s and more, in which our threads sleep: the time that all
 * CPUs were busy or stolen, by the kernel's ticks, without what this process
 * and the named ones used.
 */
#define OTHERS_MAX 8
struct others {
	long long wall, busy, own; /* ns */
	pid_t pids[OTHERS_MAX];
	int n;
};

/* `pids`: ours besides this process; they have to be there until others_any(). */
void others_start(struct others *o, const pid_t *pids, int n);

/* CPU time of others, ns. */
long long others_ns(const struct others *o);

/* True if others had more than 4 % of one CPU, and three ticks. */
bool others_any(const struct others *o);

#endif
