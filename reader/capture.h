/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading rings until there is a reason to stop. */
#ifndef XDPTAP_READER_CAPTURE_H
#define XDPTAP_READER_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/format.h"
#include "reader/outfile.h"
#include "reader/source.h"

struct capture_options {
	const char *bpffs;
	uint64_t limit;       /* of packets; 0: none */
	uint64_t interval_ns; /* between blocks of statistics; 0: none */
	bool quiet;           /* no packets on stdout, which is for the statistics */
	bool immediate;       /* be woken by every packet, never nap */
	bool each;            /* a write for each packet */
	struct format_options format;
	struct outfile_options out;
};

/*
 * Writes what the sources hold and get: packets to where `out` says, statistics
 * on stderr or, if quiet, on stdout. Ends after the limit or the last file, by
 * stop_requested(), when it can't write any more, and when no source is left.
 * Prints its own errors and returns the exit status.
 */
int capture_run(struct source *sources, size_t n_sources, const struct capture_options *o);

#endif
