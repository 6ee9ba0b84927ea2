/* SPDX-License-Identifier: BSD-2-Clause */
/* naive.c as a process on READER_CPU, and its program ready for test_run(). */
#ifndef XDPTAP_BENCH_NAIVE_RUN_H
#define XDPTAP_BENCH_NAIVE_RUN_H

#include <stdbool.h>

#include "tests/bench/process.h"

/* The interface that it attaches to. */
#define NAIVE_DEV "naive"

/* Makes the interface. Returns 0 or -errno, after bench_fail(), as all here do. */
int naive_run_open(void);
void naive_run_close(void);

struct naive_run {
	struct process reader;
	int prog_fd;
};

/* Attached and waiting for events when this returns. */
int naive_run_start(struct naive_run *a, bool quiet);

/* It takes what waits before it ends. *lost: events that found the ring full; may be NULL. */
int naive_run_stop(struct naive_run *a, long long *lost, struct rusage *usage);

#endif
