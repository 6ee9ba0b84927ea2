/* SPDX-License-Identifier: BSD-2-Clause */
/* From batches of packets to bytes in a file: what is formatted, and where it went. */
#ifndef XDPTAP_READER_WRITER_H
#define XDPTAP_READER_WRITER_H

#include "reader/batch.h"
#include "reader/format.h"
#include "reader/outfile.h"

struct writer {
	struct format format;
	struct outfile file;
	bool each; /* a write for each packet */
	bool cut;  /* a signal came, and the last packet of a stream is not whole */
	char *buf;
	size_t size;
	size_t used;            /* bytes in buf */
	size_t n;               /* packets in buf */
	size_t ends[BATCH_MAX]; /* where each ends in buf */
	uint64_t in_file;       /* packets in the file that is open */
	uint64_t packets;       /* in all files, whole */
};

#define WRITER_CLOSED                                           \
	{                                                       \
		.format = FORMAT_CLOSED, .file = OUTFILE_CLOSED \
	}

/*
 * Opens the first file and begins it. All that is given must stay. Returns 0 or
 * -errno; writer_close() it then, too. Of each function that does so,
 * file.doing and file.name tell what failed.
 */
int writer_open(struct writer *w, const struct format_options *format,
		const struct outfile_options *out, bool each, struct source *sources,
		size_t n_sources);

/*
 * Writes the batch. *done is how many of its packets are out, whole, also after a
 * failure, and what else was written is taken back if it can be. Returns 0,
 * -EINTR if stop_requested() came first, or -errno.
 */
int writer_put(struct writer *w, const struct batch *b, size_t *done);

/*
 * Ends the file and begins the next, as the time has come. Returns 0, -EINTR if
 * stop_requested() came before that could be opened, or -errno.
 */
int writer_rotate(struct writer *w);

/* Ends the file, if one is open; only if nothing failed so far. Returns 0 or -errno. */
int writer_finish(struct writer *w);

void writer_close(struct writer *w);

#endif
