/* SPDX-License-Identifier: BSD-2-Clause */
/* The taps that `watch` looks at: those that were named, or all there are. */
#ifndef XDPTAP_READER_STATS_TAPS_H
#define XDPTAP_READER_STATS_TAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/stats/history.h"

struct taps {
	const char *bpffs;
	uint64_t interval_ns;
	bool all; /* none was named: others may come, and what is gone is forgotten */
	struct history **list;
	size_t n;
	uint64_t sampled_ns;  /* CLOCK_MONOTONIC; 0: not yet */
	uint64_t realtime_ns; /* CLOCK_REALTIME then */
	double elapsed;       /* seconds from the look before; 0: there was none */
	unsigned int changes; /* counts up when `list` becomes another one */
};

/* All that are gone for so long are forgotten, if they were not named. */
#define TAPS_FORGET_SECONDS 60

/*
 * `names` are those that were named, none for all. Prints what is wrong: a named one
 * without a tap, or that the taps can't be listed. Returns 0 or -errno; taps_close() it
 * in any case.
 */
int taps_open(struct taps *t, const char *bpffs, uint64_t interval_ns, const char *const *names,
	      size_t n_names);
void taps_close(struct taps *t);

/* Looks at all of them. Returns 0 or -ENOMEM. */
int taps_sample(struct taps *t);

#endif
