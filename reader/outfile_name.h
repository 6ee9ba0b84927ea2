/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which file of -w comes next, and what becomes of one that is there already. The names are
 * tcpdump's. Used by outfile.c.
 */
#ifndef XDPTAP_READER_OUTFILE_NAME_H
#define XDPTAP_READER_OUTFILE_NAME_H

#include <stdint.h>
#include <time.h>

#include "reader/outfile.h"

/* What to do with a file of that name which is not empty. */
enum outfile_existing {
	OUTFILE_REPLACE, /* truncate it: a plain -w, or a file in turn of -W */
	OUTFILE_APPEND,  /* add a section: the name stands for a time */
	OUTFILE_KEEP,    /* leave it alone and take the next number */
};

/* Names the first file. Each of these returns 0 or -ENAMETOOLONG. */
int outfile_name_first(struct outfile *f);

/* Names the next one, for -G (`by_time`) or otherwise. */
int outfile_name_next(struct outfile *f, bool by_time);

/* Names the next one because this file belongs to somebody else. -EWOULDBLOCK: all of -W do. */
int outfile_name_skip(struct outfile *f);

enum outfile_existing outfile_name_existing(const struct outfile *f);

/*
 * The next multiple after `now` of `seconds`, which divide a day, on the local clock; in seconds
 * since the epoch.
 */
time_t outfile_name_next_multiple(time_t now, int seconds);

/*
 * When a file of -G that begins now ends: in nanoseconds of *clock. If the seconds of -G divide a
 * day, that is the next multiple of them on the local clock, so that a file that is named for an
 * hour holds that hour; else -G after the start of this second.
 */
uint64_t outfile_name_end_ns(const struct outfile_options *o, clockid_t *clock);

#endif
