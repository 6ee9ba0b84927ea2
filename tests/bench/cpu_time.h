/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPU time, exactly: what PRODUCER_CPU and READER_CPU did while packets came, and
 * whose it was. All times in nanoseconds.
 */
#ifndef XDPTAP_BENCH_CPU_TIME_H
#define XDPTAP_BENCH_CPU_TIME_H

#include <stdbool.h>
#include <sys/types.h>

/* What a process had of the CPUs, all its threads. */
struct cpu_process {
	long long ns;       /* of a slice that has not ended yet up to the last tick */
	long long switches; /* how often it gave up a CPU, or was taken off it */
};

/* Returns 0 or -errno; -ENOENT, -ESRCH if it is gone. */
int cpu_process_read(pid_t pid, struct cpu_process *process);

/*
 * Waits until the process has slept for 20 ms, at most `most_ns`. *busy_ns is
 * how long it took until it slept, as if it had been looked at each ms. Returns 0,
 * -ETIMEDOUT (*busy_ns is set) or -errno.
 */
int cpu_process_settle(pid_t pid, long long most_ns, long long *busy_ns);

/* A stretch of time, and how the two CPUs spent it. */
struct cpu_window {
	long long wall;
	long long busy;   /* not idle, both CPUs: up to 2 * wall */
	long long reader; /* the process that was named */
	long long rest;   /* neither this process, nor the reader, nor idle */
	long long others; /* other processes, on any CPU; to 10 ms */
};

/*
 * From begin to end; `reader` is 0 if there is none. The calling thread is then
 * on PRODUCER_CPU: idle time is counted when it ends, so one has to be there
 * to look. Return 0 or -errno, after bench_fail().
 */
int cpu_window_begin(struct cpu_window *w, pid_t reader);
int cpu_window_end(struct cpu_window *w, pid_t reader);

/*
 * Whether other processes had so much of the two CPUs that the window says
 * little about us. `rest` alone does not tell: interrupts that wake the reader are in it.
 */
bool cpu_window_disturbed(const struct cpu_window *w);

#endif
