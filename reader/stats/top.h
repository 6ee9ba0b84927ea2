/* SPDX-License-Identifier: BSD-2-Clause */
/* What `xdptap-stats top` shows: a ranking, which is made once and printed in two ways. */
#ifndef XDPTAP_READER_STATS_TOP_H
#define XDPTAP_READER_STATS_TOP_H

#include <stdbool.h>
#include <stdio.h>

#include "reader/text/time.h"
#include "reader/stats/flow_reading.h"
#include "reader/stats/rank.h"

struct json_object;

/* Who makes it fills the first fields, and ranking_sort() the others. */
struct ranking {
	const struct flow_reading *reading;
	enum rank_key key;
	enum rank_by by;
	double seconds;    /* that the counts are of; 0: all since the flows began */
	bool restarted;    /* it was attached anew in these seconds; all is since then */
	size_t count;      /* how many to show; then: how many there are to show */
	struct flow *rows; /* flows; then n groups, the first `count` in order. Not ours */
	size_t n;
	struct flow_stats total;
};

void ranking_sort(struct ranking *t);

/* Of `counts` in a ranking, a second. Over an average at least one: a burst is no rate. */
double ranking_rate(const struct ranking *t, const struct flow_stats *sum, uint64_t counts);

/* Its part of what is ranked by, 0 to 1. */
double ranking_share(const struct ranking *t, const struct flow_stats *sum);

/* Lines of text: TOP_TEXT_HEAD_MAX before those of the groups. */
#define TOP_TEXT_HEAD_MAX 4
void top_text(FILE *out, const struct ranking *t);

struct json_object *top_json(const struct ranking *t, struct time_base *clock);

/* The parts of the text, for its tests. Each writes at buf and returns it. */

/* 3.2s, 45s, 12m, 30h, 4d; rounded down. */
#define TOP_SPAN_MAX 16
const char *top_span(char buf[TOP_SPAN_MAX], uint64_t ns);

/* "TCP 10.9.0.1:40000 -> 10.9.0.2:80", "TCP/80", "10.9.0.1 <-> 10.9.0.2". */
#define TOP_LABEL_MAX 128
const char *top_label(char buf[TOP_LABEL_MAX], const struct flow_key *k, enum rank_key key);

#endif
