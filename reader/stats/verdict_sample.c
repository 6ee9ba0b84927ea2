// SPDX-License-Identifier: BSD-2-Clause
/* Reads verdicts; used by sample.c, show.c and taps.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pin/now.h"
#include "reader/stats/verdict_sample.h"

int verdict_sample_take(struct verdict_sample **v, const struct tap *tap)
{
	struct verdict_sample *new;
	int err;

	if (!tap->meta.verdicts) {
		*v = NULL;
		return 0;
	}
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	err = verdicts_read(tap->members_fd, tap->verdicts_fd, &new->counted);
	new->errors_known = tap->meta.errors;
	if (!err && new->errors_known)
		err = verdicts_read_errors(tap->errors_fd, &new->errors);
	if (err)
		free(new);
	else
		*v = new;
	return err;
}

bool verdict_sample_has_left(const struct verdict_sample *v, const struct verdict *one)
{
	return !one->member.traced || v->chain.gone[one->index];
}

/* Moves those that have left behind the others; otherwise the order stays. */
static void sort(struct verdict_sample *v)
{
	struct verdicts sorted = { 0 };

	for (int left = 0; left < 2; left++)
		for (__u32 i = 0; i < v->counted.n; i++)
			if (verdict_sample_has_left(v, &v->counted.list[i]) == left)
				sorted.list[sorted.n++] = v->counted.list[i];
	v->counted = sorted;
}

void verdict_sample_look(struct verdict_sample *v, const char *bpffs, const struct tap_meta *meta,
			 const struct in_force *f)
{
	struct tap_member members[XDPTAP_MEMBERS_MAX] = { 0 };

	for (__u32 i = 0; i < v->counted.n; i++)
		members[v->counted.list[i].index] = v->counted.list[i].member;
	chain_look_take(&v->chain, bpffs, meta, f, members);
	v->looked_ns = now_ns(CLOCK_MONOTONIC);
	sort(v);
}

void verdict_sample_keep(struct verdict_sample *v, const struct verdict_sample *before)
{
	v->chain = before->chain;
	v->looked_ns = before->looked_ns;
	sort(v);
}

void verdict_sample_final(const struct verdict_sample *v, __u64 final[XDPTAP_ACTIONS])
{
	memset(final, 0, XDPTAP_ACTIONS * sizeof(*final));
	for (__u32 i = 0; i < v->counted.n; i++)
		for (int action = 0; action < XDPTAP_ACTIONS; action++)
			final[action] += v->counted.list[i].total.final[action];
}
