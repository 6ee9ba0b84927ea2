/* SPDX-License-Identifier: BSD-2-Clause */
/* `xdptap-stats top ... watch`. */
#ifndef XDPTAP_READER_STATS_TOP_WATCH_H
#define XDPTAP_READER_STATS_TOP_WATCH_H

#include "pin/cli/options.h"
#include "reader/stats/top_arguments.h"

/* Prints or draws a ranking of each interval until it is stopped. Returns the exit status. */
int top_watch(const struct options *o, const struct top_arguments *args);

#endif
