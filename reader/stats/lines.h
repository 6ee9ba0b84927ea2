/* SPDX-License-Identifier: BSD-2-Clause */
/* What `watch` prints where there is no screen: lines of text, or of JSON. */
#ifndef XDPTAP_READER_STATS_LINES_H
#define XDPTAP_READER_STATS_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "reader/stats/taps.h"

/* A header comes before the first line, and again after so many. */
#define LINES_HEADER_EACH 20

/* What was printed so far; all 0 at first. */
struct lines {
	unsigned int since_header;
	unsigned int changes; /* of the taps, at the header */
	bool begun;
};

/* A line for each tap at the last look; headers in between. Errors are those of `out`. */
void lines_print(struct lines *l, const struct taps *t, FILE *out);

#endif
