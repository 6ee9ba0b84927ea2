/* SPDX-License-Identifier: BSD-2-Clause */
/* `xdptap-stats top … watch`, and what it shares with `top`. */
#ifndef XDPTAP_STATS_TOP_WATCH_H
#define XDPTAP_STATS_TOP_WATCH_H

#include "pin/options.h"
#include "reader/stats_top.h"
#include "reader/stats_top_words.h"

/* Prints rankings until it is stopped. Returns the exit status. */
int top_watch(const struct options *o, const struct top_request *rq);

/* Prints one: a table, or an object and a newline. Errors are those of `out`. */
void top_print(const struct options *o, const struct ranking *t, FILE *out);

#endif
