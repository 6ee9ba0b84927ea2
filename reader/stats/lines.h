/* SPDX-License-Identifier: BSD-2-Clause */
/* What `watch` prints if there is no screen: lines of text. */
#ifndef XDPTAP_READER_STATS_LINES_H
#define XDPTAP_READER_STATS_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "reader/stats/taps.h"

/* The header is repeated after so many lines. */
#define LINES_HEADER_EACH 20

/* What was printed so far; zero-initialized at first. */
struct lines {
	unsigned int since_header;
	unsigned int changes; /* taps.changes when the header was printed */
	bool begun;           /* a header that still holds was printed */
};

/*
 * Prints a line for the last sample of each tap, and headers where they are due; check `out`
 * for errors afterwards.
 */
void lines_print(struct lines *l, const struct taps *t, FILE *out);

#endif
