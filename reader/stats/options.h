/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of xdptap-stats, beyond those that the tools share. */
#ifndef XDPTAP_READER_STATS_OPTIONS_H
#define XDPTAP_READER_STATS_OPTIONS_H

#include "pin/cli/options.h"

struct stats_options {
	struct options shared; /* first: this is what commands get */
	bool text;             /* -o text */
	bool prometheus;       /* -o prometheus; implied by --textfile */
	bool per_cpu;          /* with that: of each CPU by itself */
	const char *textfile;  /* the file to write; NULL: stdout */
};

/* Of the options that a command of xdptap-stats got. */
static inline const struct stats_options *stats_options(const struct options *o)
{
	return (const struct stats_options *)o;
}

#endif
