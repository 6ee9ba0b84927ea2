// SPDX-License-Identifier: BSD-2-Clause
/* Samples all taps and keeps a history of each; called by watch.c. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pin/cli/diag.h"
#include "pin/cli/tap_error.h"
#include "pin/now.h"
#include "pin/tap.h"
#include "reader/stats/taps.h"

/* Adds a tap; sorted by name, unless taps were named. Returns 0 or -ENOMEM; takes over `h`. */
static int add(struct taps *t, struct history *h)
{
	struct history **more = reallocarray(t->list, t->n + 1, sizeof(struct history *));
	size_t at = t->n;

	if (!more) {
		history_free(h);
		return -ENOMEM;
	}
	t->list = more;
	while (t->all && at && strcmp(t->list[at - 1]->ifname, h->ifname) > 0) {
		t->list[at] = t->list[at - 1];
		at--;
	}
	t->list[at] = h;
	t->n++;
	t->changes++;
	return 0;
}

static void remove_at(struct taps *t, size_t i)
{
	history_free(t->list[i]);
	t->n--;
	memmove(&t->list[i], &t->list[i + 1], (t->n - i) * sizeof(struct history *));
	t->changes++;
}

/* A tap without meta is not attached yet, or no longer. */
static bool is_absent(int err)
{
	return err == -ENOENT || err == -ENODATA;
}

/* To look at the interface costs more than to read the counters: not more than once a second. A
 * sample may come a little early. */
#define LOOK_NS (NS_PER_SEC * 9 / 10)

static void look_at_chain(const struct taps *t, const struct history *h, struct sample *s)
{
	const struct verdict_sample *before = h->now.verdicts;

	if (before && !sample_restarted(&h->now, s) && s->taken_ns < before->looked_ns + LOOK_NS)
		verdict_sample_keep(s->verdicts, before);
	else
		verdict_sample_look(s->verdicts, t->bpffs, &s->meta, &s->in_force);
}

/* Samples one tap into its history. Returns as sample_take(). */
static int sample_one(const struct taps *t, struct history *h)
{
	const struct tap_name name = { t->bpffs, h->ifname };
	struct reason reason;
	struct sample s = { 0 };
	int err = sample_take(&s, &name, &reason);

	if (!err) {
		/* A tap that counts is attached, and checking costs more than all the rest. */
		if (!h->now.cpus || s.total.packets == h->now.total.packets)
			s.state = tap_state_check(t->bpffs, &s.meta, &s.in_force);
		if (s.verdicts)
			look_at_chain(t, h, &s);
		history_add(h, &s);
	} else {
		history_gone(h, t->sampled_ns, is_absent(err) ? "" : reason.text);
	}
	return err;
}

static void sample_known(struct taps *t)
{
	uint64_t forget_ns = TAPS_FORGET_SECONDS * NS_PER_SEC;
	size_t i = 0;

	while (i < t->n) {
		int err = sample_one(t, t->list[i]);

		if (t->all && is_absent(err) && t->sampled_ns > t->list[i]->gone_ns + forget_ns)
			remove_at(t, i);
		else
			i++;
	}
}

static bool is_known(const struct taps *t, const char *ifname)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->list[i]->ifname, ifname))
			return true;
	return false;
}

/* Adds and samples the taps that are not in the list yet. Returns 0 or -errno. */
static int add_new(struct taps *t)
{
	char(*names)[IF_NAMESIZE] = NULL;
	int n = tap_name_list(t->bpffs, &names), err = 0;
	struct history *h;

	for (int i = 0; i < n && !err; i++) {
		if (is_known(t, names[i]))
			continue;
		h = history_create(names[i], t->interval_ns);
		if (!h)
			err = -ENOMEM;
		else if (is_absent(sample_one(t, h)))
			history_free(h);
		else
			err = add(t, h);
	}
	free(names);
	return n < 0 ? n : err;
}

/* A named tap may go away later and come back, but not to exist at the start is an error. */
static int add_named(struct taps *t, const char *ifname)
{
	const struct tap_name name = { t->bpffs, ifname };
	struct reason reason;
	struct sample s = { 0 };
	struct history *h;
	int err;

	err = sample_take(&s, &name, &reason);
	if (!err) {
		sample_close(&s);
		h = history_create(ifname, t->interval_ns);
		err = h ? add(t, h) : -ENOMEM;
		if (err)
			reason_set(&reason, err, "%s", strerror(-err));
	}
	if (err)
		tap_error_open(ifname, err, &reason);
	return err;
}

int taps_open(struct taps *t, const char *bpffs, uint64_t interval_ns, char (*names)[IF_NAMESIZE],
	      size_t n_names)
{
	char(*found)[IF_NAMESIZE] = NULL;
	int err;

	*t = (struct taps){ .bpffs = bpffs, .interval_ns = interval_ns, .all = !n_names };
	if (t->all) {
		err = tap_name_list(bpffs, &found);
		if (err < 0)
			tap_error_list(bpffs, err);
		free(found);
		return err < 0 ? err : 0;
	}
	for (size_t i = 0; i < n_names; i++) {
		err = add_named(t, names[i]);
		if (err)
			return err;
	}
	return 0;
}

int taps_sample(struct taps *t)
{
	uint64_t now = now_ns(CLOCK_MONOTONIC);

	t->elapsed = t->sampled_ns ? (double)(now - t->sampled_ns) / 1e9 : 0;
	t->sampled_ns = now;
	t->realtime_ns = now_ns(CLOCK_REALTIME);
	sample_known(t);
	/* If the taps can't be listed any more, each of them shows as gone. */
	return t->all && add_new(t) == -ENOMEM ? -ENOMEM : 0;
}

void taps_close(struct taps *t)
{
	for (size_t i = 0; i < t->n; i++)
		history_free(t->list[i]);
	free(t->list);
	t->list = NULL;
	t->n = 0;
}
