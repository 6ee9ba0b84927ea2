/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts between two samples of a tap: what became of the frames, and who dropped most. */
#ifndef XDPTAP_READER_STATS_VERDICT_RATES_H
#define XDPTAP_READER_STATS_VERDICT_RATES_H

#include <stdint.h>

#include "reader/stats/history.h"

struct verdict_rates {
	double seconds;              /* between the samples; 0: not known, then all else is 0 */
	__u64 final[XDPTAP_ACTIONS]; /* frames, by what became of them */
	/* The program that had the last word on most of the frames that were dropped: after DROP,
	 * ABORTED or OTHER. It points into h->now; NULL: none was dropped. */
	const struct verdict *dropper;
	uint64_t dropped; /* frames that it dropped */
};

/* Compares the last sample with the previous one. */
struct verdict_rates verdict_rates_last(const struct history *h);

#endif
