/* SPDX-License-Identifier: BSD-2-Clause */
/* The last minute of a tap: what `watch` makes its numbers of. Looks at nothing itself. */
#ifndef XDPTAP_READER_STATS_HISTORY_H
#define XDPTAP_READER_STATS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/stats/sample.h"

#define HISTORY_SECONDS 60

/* How much the counters grew in a time that has really elapsed. */
struct history_span {
	double seconds; /* 0: there was no such time, or it is not known */
	struct packet_stats grown;
};

enum history_state {
	HISTORY_NEW,       /* seen once: no rates yet */
	HISTORY_RUNNING,   /* seen before, and it counted on */
	HISTORY_RESTARTED, /* another tap than the last time: no rates yet */
	HISTORY_GONE,      /* not there, or it can't be read */
};

/* The counters of a tap at a time, without those of its CPUs. */
struct history_point {
	uint64_t taken_ns;
	struct packet_stats total;
};

struct history {
	char ifname[IF_NAMESIZE];
	enum history_state state;
	uint64_t gone_ns;      /* if HISTORY_GONE: since when, CLOCK_MONOTONIC */
	uint64_t restarted_ns; /* when it was seen restarted the last time; 0: never */
	char reason[128];      /* if HISTORY_GONE: why it can't be read; empty: it is not there */
	struct sample now;     /* the last one; now.cpus is NULL as long as there was none */
	struct sample before;  /* the one before, of the same tap; or cpus is NULL */
	struct history_point *points; /* a ring of `size`, `n` of them from `first` */
	size_t size, first, n;
	uint64_t origin_ns; /* of the first point ever of this tap */
};

/*
 * A history without samples, of looks that are `interval_ns` apart. Returns NULL
 * without memory.
 */
struct history *history_create(const char *ifname, uint64_t interval_ns);
void history_free(struct history *h);

/* Takes over `s`, a later look than those before. */
void history_add(struct history *h, struct sample *s);

/* There was nothing to look at, for this `reason` or (empty) as there is no tap. */
void history_gone(struct history *h, uint64_t now_ns, const char *reason);

/* From the look before to the last one: of all, and of one of now.n_cpus CPUs. */
struct history_span history_last(const struct history *h);
struct history_span history_last_cpu(const struct history *h, int cpu);

/*
 * Over `window` seconds up to the last look, or as much of them as there is: from
 * the look that is nearest to their begin. None if the last two looks are farther
 * apart than that.
 */
struct history_span history_over(const struct history *h, unsigned int window);

/*
 * What became of the tap: "attached", "interface gone" or "program gone" as xdptap-loader
 * shows them; "detached" if there is no tap, "unusable" if it can't be read (h->reason).
 */
const char *history_tap_state(const struct history *h);

/* Whether the tap was seen attached again within HISTORY_SECONDS before `now_ns`. */
bool history_restarted_lately(const struct history *h, uint64_t now_ns);

/* From when it was attached to the last look. */
struct history_span history_whole(const struct history *h);

/*
 * Packets a second in the last HISTORY_SECONDS, in `n` parts of equal length, the
 * oldest first; -1 where nothing is known. Returns the largest of them, or 0. The
 * parts begin at fixed times, so that a value changes no more once it is in.
 */
double history_minute(const struct history *h, double *values, size_t n);

/* A second, of what `counter` of span.grown says; span.seconds is not 0. */
double history_rate(const struct history_span *s, uint64_t counter);

#endif
