/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of xdptap-stats, in addition to those that all tools share. */
#ifndef XDPTAP_READER_STATS_OPTIONS_H
#define XDPTAP_READER_STATS_OPTIONS_H

#include "pin/cli/options.h"

struct stats_options {
	struct options shared; /* must be first: commands get a pointer to it */
	bool text;             /* -o text */
	bool prometheus;       /* -o prometheus; implied by --textfile */
	bool per_cpu;          /* with prometheus: counters of each CPU instead of sums */
	char *labels;          /* of every metric, as labels_add() makes them; NULL: none */
	const char *textfile;  /* the file to write metrics to; NULL: stdout */
};

/* Returns the whole of the options that a command of xdptap-stats was given. */
static inline const struct stats_options *stats_options(const struct options *o)
{
	return (const struct stats_options *)o;
}

#endif
