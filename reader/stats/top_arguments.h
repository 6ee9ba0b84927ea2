/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of `xdptap-stats top`. */
#ifndef XDPTAP_READER_STATS_TOP_ARGUMENTS_H
#define XDPTAP_READER_STATS_TOP_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "reader/stats/rank.h"

#define TOP_ARGUMENTS_COUNT_DEFAULT 20

struct top_arguments {
	const char *ifname;
	enum rank_key key;
	enum rank_by by;
	size_t count;         /* how many groups to show at most */
	uint64_t interval_ns; /* with `watch`, the interval; 0: print once */
};

/* Returns EXIT_OK, or EXIT_USAGE after printing what is wrong; *args is then untouched. */
int top_arguments_parse(int argc, char **argv, struct top_arguments *args);

#endif
