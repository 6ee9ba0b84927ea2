// SPDX-License-Identifier: BSD-2-Clause
/* Makes the ranking that `xdptap-stats top` prints; called by top.c and top_watch.c. */
#include "reader/stats/ranking.h"

void ranking_sort(struct ranking *t)
{
	size_t some;

	t->n = rank_group(t->rows, t->n, t->key);
	t->total = rank_total(t->rows, t->n);
	some = rank_order(t->rows, t->n, t->by);
	if (t->count > some)
		t->count = some;
}

double ranking_rate(const struct ranking *t, const struct flow_stats *sum, uint64_t counts)
{
	double seconds = t->seconds;

	if (seconds <= 0 && sum->last_ns > sum->first_ns)
		seconds = (double)(sum->last_ns - sum->first_ns) / 1e9;
	if (t->seconds <= 0 && seconds < 1)
		seconds = 1;
	return (double)counts / seconds;
}

double ranking_share(const struct ranking *t, const struct flow_stats *sum)
{
	uint64_t all = rank_measure(&t->total, t->by);

	return all ? (double)rank_measure(sum, t->by) / (double)all : 0;
}
