/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting the tools that are measured, and ending them for sure. */
#ifndef XDPTAP_BENCH_PROCESS_H
#define XDPTAP_BENCH_PROCESS_H

#include <sys/resource.h>
#include <sys/types.h>

/* No CPU in particular. */
#define PROCESS_ANY_CPU (-1)

struct process {
	pid_t pid;  /* 0: none */
	int err_fd; /* what it says on stderr */
	const char *name;
};

/*
 * Runs argv[0] (a path, or a name in $PATH) on one CPU, with /dev/null as stdin
 * and `out_fd` as stdout (-1: /dev/null). It is killed when the calling thread
 * ends, so only main() may call this. Returns 0 or -errno, after bench_fail().
 */
int process_start(struct process *p, const char *const argv[], int cpu, int out_fd);

/*
 * Waits for its end, and kills it after `ms`: that, and an exit code other than
 * 0, is a failure, of which bench_fail() gets the first line of its stderr.
 * `usage` may be NULL. Returns 0 or -errno.
 */
int process_wait(struct process *p, int ms, struct rusage *usage);

/* SIGTERM first, then as process_wait(). Nothing if there is none. */
int process_stop(struct process *p, struct rusage *usage);

/* To its end, within 10 s. Returns 0 or -errno, after bench_fail(). */
int process_run(const char *const argv[]);

/* User and system time, ns. */
long long process_usage_ns(const struct rusage *usage);

/* CPU time that it took up to now, ns; 0 if it is gone. */
long long process_cpu_ns(pid_t pid);

#endif
