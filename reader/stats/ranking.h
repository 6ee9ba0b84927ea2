/* SPDX-License-Identifier: BSD-2-Clause */
/* What `top` shows: the groups of flows that have the most, with shares and rates. */
#ifndef XDPTAP_READER_STATS_RANKING_H
#define XDPTAP_READER_STATS_RANKING_H

#include <stdbool.h>

#include "reader/stats/flow_sample.h"
#include "reader/stats/rank.h"

/* The caller fills in all fields up to `rows`, and `n`; ranking_sort() does the rest. */
struct ranking {
	const struct flow_sample *sample; /* where the flows are from */
	enum rank_key key;
	enum rank_by by;
	double seconds;    /* length of the interval that was counted; 0: the flows' lifetimes */
	bool restarted;    /* in this interval the tap was attached again; all counts are newer */
	size_t count;      /* in: how many groups to show at most; out: how many to show */
	struct flow *rows; /* in: the flows; out: the groups, the first `count` in order.
			      The caller keeps ownership. */
	size_t n;          /* in: how many flows; out: how many groups */
	struct flow_stats total; /* out: the sum over all groups */
};

/* Groups, sums and sorts. */
void ranking_sort(struct ranking *t);

/*
 * Returns `counts` of a group per second: of the interval, or of the time between the
 * first and the last packet of *sum. The latter counts as at least one second, so that a
 * short burst does not become a high rate.
 */
double ranking_rate(const struct ranking *t, const struct flow_stats *sum, uint64_t counts);

/* Returns the share of the total that a group has, 0 to 1, of what is ranked by. */
double ranking_share(const struct ranking *t, const struct flow_stats *sum);

#endif
