/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The samples of a tap in the last minute, and the rates that `watch` shows. Takes no samples
 * itself, and knows neither kernel nor terminal.
 */
#ifndef XDPTAP_READER_STATS_HISTORY_H
#define XDPTAP_READER_STATS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/stats/sample.h"

#define HISTORY_SECONDS 60

/* How much the counters grew in a time that has really passed. */
struct history_span {
	double seconds; /* length; 0: not known, or there was no such time */
	struct packet_stats grown;
};

enum history_state {
	HISTORY_NEW,       /* the first sample: no rates yet */
	HISTORY_RUNNING,   /* there is an earlier sample of the same tap */
	HISTORY_RESTARTED, /* the tap was attached again since the last sample: no rates yet */
	HISTORY_GONE,      /* there is no tap, or it can't be read */
};

/* The counters of a tap at one moment, without those of each CPU. */
struct history_point {
	uint64_t taken_ns;
	struct packet_stats total;
};

struct history {
	char ifname[IF_NAMESIZE];
	enum history_state state;
	uint64_t gone_ns;      /* if HISTORY_GONE: since when (CLOCK_MONOTONIC) */
	uint64_t restarted_ns; /* when it was last seen restarted (CLOCK_MONOTONIC); 0: never */
	char reason[128];      /* if HISTORY_GONE: why it can't be read; empty: there is no tap */
	struct sample now;     /* the last sample; now.cpus is NULL before the first one */
	struct sample before;  /* the previous sample of the same tap; cpus is NULL: none */
	struct history_point *points; /* a ring buffer of `size`, `n` of them from `first` */
	size_t size, first, n;
	uint64_t origin_ns; /* time of the first sample since the tap was attached */
};

/*
 * Creates a history without samples, for samples that are `interval_ns` apart. Returns NULL
 * if there is no memory.
 */
struct history *history_create(const char *ifname, uint64_t interval_ns);
void history_free(struct history *h);

/* Adds a sample that is later than all before. Takes over *s, which is then all 0. */
void history_add(struct history *h, struct sample *s);

/* Notes that no sample could be taken, for this `reason`; it is empty if there is no tap. */
void history_gone(struct history *h, uint64_t now_ns, const char *reason);

/* From the previous sample to the last one: of all CPUs, and of one of the now.n_cpus CPUs. */
struct history_span history_last(const struct history *h);
struct history_span history_last_cpu(const struct history *h, int cpu);

/*
 * Over `window` seconds up to the last sample, or as much of it as there is: from the sample
 * that is nearest to the beginning of the window. `seconds` is 0 if the last two samples are
 * farther apart than the window.
 */
struct history_span history_over(const struct history *h, unsigned int window);

/* From the time the tap was attached to the last sample. */
struct history_span history_whole(const struct history *h);

/*
 * Returns the state of the tap in the last sample. If none could be taken, returns
 * TAP_STATE_DETACHED if there is no tap, or TAP_STATE_UNUSABLE if it can't be read (h->reason).
 */
enum tap_state history_tap_state(const struct history *h);

/* Returns whether the tap was seen attached again within HISTORY_SECONDS before `now_ns`. */
bool history_restarted_lately(const struct history *h, uint64_t now_ns);

/*
 * Writes packets per second in the last HISTORY_SECONDS to `values`, in `n` parts of equal
 * length, the oldest first; -1 where nothing is known. Returns the largest value, or 0. The
 * parts begin at fixed times, so a value does not change once its part is over.
 */
double history_minute(const struct history *h, double *values, size_t n);

/* Returns `grown`, a counter of s->grown, per second; s->seconds must not be 0. */
double history_rate(const struct history_span *s, uint64_t grown);

#endif
