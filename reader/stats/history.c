// SPDX-License-Identifier: BSD-2-Clause
/* Differences between samples of a tap, over the time between them. Called by taps.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pin/counters.h"
#include "pin/now.h"
#include "reader/stats/history.h"

#define HISTORY_NS (HISTORY_SECONDS * NS_PER_SEC)

/* Points beyond those of a minute: both ends, and a few samples that were taken early. */
#define POINTS_SPARE 4

struct history *history_create(const char *ifname, uint64_t interval_ns)
{
	struct history *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->size = (size_t)(HISTORY_NS / interval_ns) + POINTS_SPARE;
	h->points = calloc(h->size, sizeof(*h->points));
	if (!h->points) {
		free(h);
		return NULL;
	}
	snprintf(h->ifname, sizeof(h->ifname), "%s", ifname);
	return h;
}

void history_free(struct history *h)
{
	if (!h)
		return;
	sample_close(&h->now);
	sample_close(&h->before);
	free(h->points);
	free(h);
}

static const struct history_point *point(const struct history *h, size_t i)
{
	return &h->points[(h->first + i) % h->size];
}

static void push(struct history *h)
{
	struct history_point *p;

	if (h->n == h->size) {
		/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): history_create() makes room. */
		h->first = (h->first + 1) % h->size;
		h->n--;
	}
	p = &h->points[(h->first + h->n++) % h->size];
	p->taken_ns = h->now.taken_ns;
	p->total = h->now.total;
}

void history_add(struct history *h, struct sample *s)
{
	bool seen = h->now.cpus != NULL;

	sample_close(&h->before);
	if (seen && !sample_restarted(&h->now, s)) {
		h->before = h->now;
		h->state = HISTORY_RUNNING;
	} else {
		sample_close(&h->now);
		h->n = 0;
		h->origin_ns = s->taken_ns;
		h->state = seen ? HISTORY_RESTARTED : HISTORY_NEW;
		if (seen)
			h->restarted_ns = s->taken_ns;
	}
	h->now = *s;
	memset(s, 0, sizeof(*s));
	push(h);
}

void history_gone(struct history *h, uint64_t now_ns, const char *reason)
{
	if (h->state != HISTORY_GONE || !h->gone_ns)
		h->gone_ns = now_ns;
	h->state = HISTORY_GONE;
	snprintf(h->reason, sizeof(h->reason), "%s", reason);
}

/* Counters are read while they grow, one CPU after the other; a difference is never negative. */
static struct packet_stats difference(const struct packet_stats *from,
				      const struct packet_stats *to)
{
	struct packet_stats d = { 0 };
	uint64_t a, b;

	for (size_t i = 0; i < COUNTERS_N; i++) {
		a = counters_get(from, &counters_table[i]);
		b = counters_get(to, &counters_table[i]);
		b = b > a ? b - a : 0;
		memcpy((char *)&d + counters_table[i].offset, &b, sizeof(b));
	}
	return d;
}

static struct history_span between(const struct history_point *from, const struct history_point *to)
{
	struct history_span s = { .grown = difference(&from->total, &to->total) };

	s.seconds = (double)(to->taken_ns - from->taken_ns) / 1e9;
	return s;
}

static bool has_rates(const struct history *h)
{
	return h->state == HISTORY_RUNNING && h->n > 1 && h->before.cpus;
}

struct history_span history_last(const struct history *h)
{
	if (!has_rates(h))
		return (struct history_span){ 0 };
	return between(point(h, h->n - 2), point(h, h->n - 1));
}

struct history_span history_last_cpu(const struct history *h, int cpu)
{
	struct history_span s = { 0 };

	if (!has_rates(h) || cpu >= h->before.n_cpus || cpu >= h->now.n_cpus)
		return s;
	s.seconds = sample_seconds(&h->before, &h->now);
	s.grown = difference(&h->before.cpus[cpu], &h->now.cpus[cpu]);
	return s;
}

struct history_span history_over(const struct history *h, unsigned int window)
{
	uint64_t want = window * NS_PER_SEC, newest, age, off, best_off = UINT64_MAX;
	size_t best = 0;

	if (!has_rates(h))
		return (struct history_span){ 0 };
	newest = point(h, h->n - 1)->taken_ns;
	/* A sample may come late by up to a quarter. */
	if (newest - point(h, h->n - 2)->taken_ns > want + want / 4)
		return (struct history_span){ 0 };
	for (size_t i = 0; i < h->n - 1; i++) {
		age = newest - point(h, i)->taken_ns;
		off = age > want ? age - want : want - age;
		if (off <= best_off) { /* the shorter one, if two are as near */
			best_off = off;
			best = i;
		}
	}
	return between(point(h, best), point(h, h->n - 1));
}

enum tap_state history_tap_state(const struct history *h)
{
	if (h->state == HISTORY_GONE)
		return *h->reason ? TAP_STATE_UNUSABLE : TAP_STATE_DETACHED;
	return h->now.state;
}

bool history_restarted_lately(const struct history *h, uint64_t now_ns)
{
	/* The sample that finds it restarted may be later than `now_ns`. */
	return h->state == HISTORY_RESTARTED ||
	       (h->restarted_ns && now_ns < h->restarted_ns + HISTORY_NS);
}

struct history_span history_whole(const struct history *h)
{
	struct history_span s = { 0 };

	if (h->state == HISTORY_GONE)
		return s;
	s.seconds = (double)h->now.runtime_ns / 1e9;
	s.grown = h->now.total;
	return s;
}

/* The packet counter at a time between two samples, by linear interpolation. -1: not known. */
static double packets_at(const struct history *h, uint64_t ns)
{
	const struct history_point *a, *b;
	double part;
	size_t i;

	for (i = h->n; i && point(h, i - 1)->taken_ns > ns; i--)
		;
	if (!i)
		return -1;
	a = point(h, i - 1);
	if (a->taken_ns == ns)
		return (double)a->total.packets;
	if (i == h->n)
		return -1;
	b = point(h, i);
	part = (double)(ns - a->taken_ns) / (double)(b->taken_ns - a->taken_ns);
	/* Whoever may write the map may set the counter back. */
	if (b->total.packets < a->total.packets)
		return -1;
	return (double)a->total.packets + part * (double)(b->total.packets - a->total.packets);
}

double history_minute(const struct history *h, double *values, size_t n)
{
	uint64_t part = HISTORY_NS / n, newest, from, to, begun;
	double a, b, max = 0;

	for (size_t i = 0; i < n; i++)
		values[i] = -1;
	if (h->n < 2)
		return 0;
	newest = point(h, h->n - 1)->taken_ns;
	/* Begin a part once half of it is over, because samples come a little early or late. */
	begun = (newest - h->origin_ns + part / 2) / part;
	for (size_t i = 0; i < n && i < begun; i++) {
		from = h->origin_ns + (begun - 1 - i) * part;
		to = from + part < newest ? from + part : newest;
		a = packets_at(h, from);
		b = packets_at(h, to);
		if (a < 0 || b < a || to <= from)
			continue;
		values[n - 1 - i] = (b - a) * 1e9 / (double)(to - from);
		if (values[n - 1 - i] > max)
			max = values[n - 1 - i];
	}
	return max;
}

double history_rate(const struct history_span *s, uint64_t grown)
{
	return sample_rate(0, grown, s->seconds);
}
