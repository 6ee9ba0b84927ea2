/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets at some rate, a capture of them, and how many it missed. */
#ifndef XDPTAP_BENCH_FLOOD_H
#define XDPTAP_BENCH_FLOOD_H

#include <stdbool.h>

#include "tests/bench/capturer.h"
#include "tests/bench/samples.h"

struct flood {
	enum capturer what;
	const char *filter;      /* NULL: none */
	enum output_kind output; /* of what writes a file */
	int bytes;
	int ms;
	long long pps;     /* 0: all that go */
	bool program_only; /* not through the interface: BPF_PROG_TEST_RUN of the tap's program */
};

/*
 * What came, million a second; % of it lost; % of a CPU; ms of backlog at the end; ns of both CPUs
 * for each packet that came, generator and all; % that matched the filter, below 0: not known.
 */
enum flood_figure {
	FLOOD_RATE,
	FLOOD_LOSS,
	FLOOD_READER,
	FLOOD_BACKLOG,
	FLOOD_CPU,
	FLOOD_MATCHED,
};

/*
 * Returns 0, -EAGAIN if other processes disturbed it (the figures are set), or
 * another -errno after bench_fail().
 */
int flood_run(const struct flood *flood, double figures[VARIANT_FIGURES]);

/* Whether all was captured, and could be for longer. */
bool flood_lossless(const struct flood *flood, double loss, double backlog_ms);

/*
 * *best: the highest rate below `most` Mpps, in 2^6 steps, that is captured
 * without loss. Disturbed steps are made again, twice at most; *dropped grows by
 * them. Returns 0, -EAGAIN if one was disturbed to the end (*best is set), or
 * another -errno after bench_fail().
 */
int flood_search(const struct flood *flood, double most, double *best, int *dropped);

#endif
