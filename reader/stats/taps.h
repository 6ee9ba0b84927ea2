/* SPDX-License-Identifier: BSD-2-Clause */
/* The taps that `watch` shows: those that were named, or all. */
#ifndef XDPTAP_READER_STATS_TAPS_H
#define XDPTAP_READER_STATS_TAPS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/stats/history.h"

struct taps {
	const char *bpffs;
	uint64_t interval_ns;
	bool all; /* none was named: new taps are added, detached ones removed after a while */
	struct history **list;
	size_t n;
	uint64_t sampled_ns;  /* time of the last sample (CLOCK_MONOTONIC); 0: none yet */
	uint64_t realtime_ns; /* the same by CLOCK_REALTIME */
	double elapsed;       /* seconds since the previous sample; 0: there was none */
	unsigned int changes; /* increases whenever a tap is added to or removed from `list` */
};

/* Taps that were not named are removed when they have been gone for so long. */
#define TAPS_FORGET_SECONDS 60

/*
 * Prepares to sample the `n_names` taps in `names`; if there are none, all taps. Returns 0,
 * or -errno after printing what is wrong: a named tap can't be opened, or the taps can't be
 * listed. Call taps_close() in any case. `bpffs` must stay valid until then.
 */
int taps_open(struct taps *t, const char *bpffs, uint64_t interval_ns, char (*names)[IF_NAMESIZE],
	      size_t n_names);
void taps_close(struct taps *t);

/* Samples all taps. A tap that can't be sampled is noted as gone. Returns 0 or -ENOMEM. */
int taps_sample(struct taps *t);

#endif
