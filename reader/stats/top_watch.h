/* SPDX-License-Identifier: BSD-2-Clause */
/* `xdptap-stats top … watch`, and what it shares with `top`. */
#ifndef XDPTAP_READER_STATS_TOP_WATCH_H
#define XDPTAP_READER_STATS_TOP_WATCH_H

#include "pin/cli/options.h"
#include "reader/stats/top.h"
#include "reader/stats/top_arguments.h"

/* Prints rankings until it is stopped. Returns the exit status. */
int top_watch(const struct options *o, const struct top_request *rq);

/* Prints one: a table, or an object and a newline. Errors are those of `out`. */
void top_print(const struct options *o, const struct ranking *t, FILE *out);

#endif
