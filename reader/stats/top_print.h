/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what `top` found, in the format that the options ask for. */
#ifndef XDPTAP_READER_STATS_TOP_PRINT_H
#define XDPTAP_READER_STATS_TOP_PRINT_H

#include <stdio.h>

#include "pin/cli/options.h"
#include "reader/stats/ranking.h"

/* Prints a table, or an object and a newline; check `out` for errors afterwards. */
void top_print(const struct options *o, const struct ranking *t, FILE *out);

#endif
