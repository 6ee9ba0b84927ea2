/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs of several variants in turn, and what they gave: medians of runs that
 * nobody disturbed. Figures of a shared machine drift, so only what was run in
 * the same rounds can be compared.
 */
#ifndef XDPTAP_BENCH_SAMPLES_H
#define XDPTAP_BENCH_SAMPLES_H

#include "tests/bench/bench.h"

#define SAMPLES_MAX 64

/* What one figure was in each round. */
struct samples {
	double value[SAMPLES_MAX]; /* by round */
	int n;
	int dropped;   /* disturbed runs, made again */
	int disturbed; /* of the n: disturbed, but there were too many to drop */
};

double samples_median(const struct samples *s);
double samples_min(const struct samples *s);
double samples_max(const struct samples *s);

/* Median of what a is divided by b, or what is left when b is taken away, round by round. */
double samples_ratio(const struct samples *a, const struct samples *b);
double samples_difference(const struct samples *a, const struct samples *b);

/* One of the things that are compared. A run gives some figures at once. */
#define VARIANT_FIGURES 6
struct variant {
	/*
	 * Makes one run: 0, -EAGAIN if others disturbed it (the figures are
	 * set all the same), or another -errno after bench_fail().
	 */
	int (*run)(void *arg, double figures[VARIANT_FIGURES]);
	void *arg;
	struct samples samples[VARIANT_FIGURES]; /* filled by variants_run() */
};

/*
 * b->runs rounds, in each of which all variants run once; a disturbed run is
 * made again, within a bound. A first round that does not count warms up.
 * Returns 0 or -errno.
 */
int variants_run(const struct bench *b, struct variant *variants, int n);

#endif
