/* SPDX-License-Identifier: BSD-2-Clause */
/* article.c as a process on READER_CPU, and its program ready for test_run(). */
#ifndef XDPTAP_BENCH_ARTICLE_RUN_H
#define XDPTAP_BENCH_ARTICLE_RUN_H

#include <stdbool.h>

#include "tests/bench/process.h"

/* The interface that it attaches to. */
#define ARTICLE_DEV "article"

/* Makes the interface. Returns 0 or -errno, after bench_fail(), as all here do. */
int article_run_open(void);
void article_run_close(void);

struct article_run {
	struct process reader;
	int prog_fd;
};

/* Attached and waiting for events when this returns. */
int article_run_start(struct article_run *a, bool quiet);

/* It takes what waits before it ends. *lost: events that found the ring full; may be NULL. */
int article_run_stop(struct article_run *a, long long *lost, struct rusage *usage);

#endif
