/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The benchmark: sections that measure one thing each, run by main.c in a
 * network and a mount namespace of their own.
 */
#ifndef XDPTAP_BENCH_H
#define XDPTAP_BENCH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Where packets are made and seen, and where what reads them runs. */
enum { PRODUCER_CPU = 0, READER_CPU = 1 };

struct bench {
	int runs;   /* undisturbed runs of each variant */
	bool quick; /* for a look: fewer runs, and the targets mean little */
	int cpus;   /* online */
};

/* One entry of the command line's table. */
struct section {
	const char *name;
	const char *help;
	/* Measures and reports. Returns 0 or -errno, after bench_fail(). */
	int (*run)(const struct bench *b);
};

extern const struct section cost_section, snaplen_section, flows_section, flat_section,
	cpus_section, live_section, paced_section, latency_section, lossless_section,
	reader_section, writers_section, start_section, filter_section, trace_section;

/*
 * Keeps what went wrong, for main() to print; the first one counts. Returns
 * err, which is -errno.
 */
int bench_fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Path of something that was built, below build/: "xdptap-loader". */
const char *bench_built(char path[PATH_MAX], const char *name);

/* Nanoseconds of CLOCK_MONOTONIC. */
long long bench_now(void);

/* Pins the calling thread. Returns 0 or -errno, after bench_fail(). */
int bench_pin(int cpu);

/* Sleeps as long, whatever signals come. */
void bench_sleep_ms(int ms);

#endif
