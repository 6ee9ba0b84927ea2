/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads taps until there is a reason to stop. */
#ifndef XDPTAP_READER_CAPTURE_H
#define XDPTAP_READER_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pin/cli/confine.h"
#include "reader/filter.h"
#include "reader/format.h"
#include "reader/outfile.h"
#include "reader/sources.h"

struct capture_options {
	const char *bpffs;
	uint64_t limit;        /* number of packets that match; 0: no limit */
	uint64_t interval_ns;  /* between two blocks of statistics; 0: only one at the end */
	struct filter *filter; /* what packets must match; NULL: all do; not ours */
	bool quiet;            /* print no packets; statistics go to stdout */
	bool immediate;        /* wake up for every packet */
	bool each;             /* one write for each packet */
	bool later;            /* also taps that are attached later; never ends for want of taps */
	struct format_options format;
	struct outfile_options out;
	struct confine_user user; /* whom to become before anything is read */
};

/*
 * Gives up all privileges. Then writes the packets of the sources, those that wait and those that
 * come, and prints statistics on stderr or, if quiet, on stdout. Ends after the limit or the last
 * file, on stop_requested(), if the output can't be written any more, and, unless `later`, when all
 * sources have ended. Prints its own errors. Returns the exit status. The sources stay the
 * caller's, to be closed.
 */
int capture_run(struct sources *sources, const struct capture_options *o);

#endif
