/* SPDX-License-Identifier: BSD-2-Clause */
/* What other XDP programs returned up to one moment, of a tap with `verdicts`. */
#ifndef XDPTAP_READER_STATS_VERDICT_SAMPLE_H
#define XDPTAP_READER_STATS_VERDICT_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "pin/chain_look.h"
#include "pin/tap.h"
#include "pin/verdicts.h"

struct verdict_sample {
	struct verdicts counted; /* those that have left are the last ones */
	struct chain_look chain; /* not known before verdict_sample_look() */
	bool errors_known;       /* false: the tap can't count them */
	struct xdp_errors errors;
	uint64_t looked_ns; /* when that was (CLOCK_MONOTONIC); 0: never */
};

/*
 * Reads what an open tap has counted. Returns 0, and *v is owned by the caller, who frees it; NULL
 * if the tap counts no verdicts. Or returns -errno.
 */
int verdict_sample_take(struct verdict_sample **v, const struct tap *tap);

/* Finds out which programs have left the interface, and which are not traced. */
void verdict_sample_look(struct verdict_sample *v, const char *bpffs, const struct tap_meta *meta,
			 const struct in_force *f);

/* The same, as an earlier sample of this tap has found it. */
void verdict_sample_keep(struct verdict_sample *v, const struct verdict_sample *before);

/* Returns whether a program of v->counted is not traced any more, or not on the interface. */
bool verdict_sample_has_left(const struct verdict_sample *v, const struct verdict *one);

/* What became of the frames: sums over all programs, by enum xdptap_action. */
void verdict_sample_final(const struct verdict_sample *v, __u64 final[XDPTAP_ACTIONS]);

#endif
