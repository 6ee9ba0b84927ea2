// SPDX-License-Identifier: BSD-2-Clause
/* Differences between verdicts; used by what `watch` prints and draws. */
#include <stddef.h>

#include "reader/stats/verdict_rates.h"

/* Counters are read while they grow, and a verdict that was final for an instant is taken back. */
static uint64_t growth(uint64_t before, uint64_t now)
{
	return now > before ? now - before : 0;
}

/* Frames that the program dropped, and no later one could have passed. */
static uint64_t drops(const struct verdict *one)
{
	const __u64 *final = one->total.final;

	return final[XDPTAP_DROP] + final[XDPTAP_ABORTED] + final[XDPTAP_OTHER];
}

/* An entry keeps its counters, whoever has it. */
static const struct verdict *find(const struct verdicts *v, __u32 index)
{
	for (__u32 i = 0; i < v->n; i++)
		if (v->list[i].index == index)
			return &v->list[i];
	return NULL;
}

struct verdict_rates verdict_rates_last(const struct history *h)
{
	struct verdict_rates r = { .seconds = history_last(h).seconds };
	const struct verdict_sample *before = h->before.verdicts, *now = h->now.verdicts;
	__u64 from[XDPTAP_ACTIONS], dropped;
	const struct verdict *earlier;

	if (r.seconds <= 0 || !before || !now)
		return (struct verdict_rates){ 0 };
	verdict_sample_final(before, from);
	verdict_sample_final(now, r.final);
	for (int action = 0; action < XDPTAP_ACTIONS; action++)
		r.final[action] = growth(from[action], r.final[action]);
	for (__u32 i = 0; i < now->counted.n; i++) {
		earlier = find(&before->counted, now->counted.list[i].index);
		dropped = growth(earlier ? drops(earlier) : 0, drops(&now->counted.list[i]));
		if (dropped <= r.dropped)
			continue;
		r.dropped = dropped;
		r.dropper = &now->counted.list[i];
	}
	return r;
}
