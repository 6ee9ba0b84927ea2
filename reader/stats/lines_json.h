/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON of `watch`; docs/xdptap-stats.8 describes it. */
#ifndef XDPTAP_READER_STATS_LINES_JSON_H
#define XDPTAP_READER_STATS_LINES_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "reader/stats/taps.h"

/*
 * Prints an object for the last sample of all taps. Returns 0 or -ENOMEM; check `out` for
 * errors afterwards.
 */
int lines_json_print(const struct taps *t, bool pretty, FILE *out);

#endif
