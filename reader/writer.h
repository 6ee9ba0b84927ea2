/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From batches of packets to bytes in a file. The writer formats packets, writes them, and
 * counts those that arrived in the file. It answers for the file: nobody else looks into it.
 */
#ifndef XDPTAP_READER_WRITER_H
#define XDPTAP_READER_WRITER_H

#include "reader/batch.h"
#include "reader/format.h"
#include "reader/outfile.h"

/* What was counted of a source in this file. */
struct writer_source {
	uint64_t delivered;   /* packets */
	uint64_t filtered;    /* packets that did not match the filter */
	uint64_t lost_before; /* source_lost() when the source, or the file, began */
	int64_t began_ns;     /* CLOCK_REALTIME; that time */
};

struct writer {
	struct format format;
	struct outfile file;
	struct sources *sources;      /* the caller's */
	struct writer_source *counts; /* one for each source, at the same place; ours */
	size_t n_counts;
	bool each; /* one write for each packet */
	bool cut;  /* a signal came, and the last packet of a stream is not whole */
	char *buf;
	size_t size;
	size_t used;            /* bytes in buf */
	size_t n;               /* packets in buf */
	size_t filtered;        /* of those that the batch filtered, how many are counted */
	size_t ends[BATCH_MAX]; /* where each ends in buf */
	uint64_t in_file;       /* packets in the file that is open */
	uint64_t packets;       /* whole packets in all files */
};

#define WRITER_CLOSED                                           \
	{                                                       \
		.format = FORMAT_CLOSED, .file = OUTFILE_CLOSED \
	}

/*
 * Opens the first file and writes its head, before any of the sources is read. All arguments must
 * stay valid until writer_close(), which has to be called after a failure as well. Returns 0 or
 * -errno.
 */
int writer_open(struct writer *w, const struct format_options *format,
		const struct outfile_options *out, bool each, struct sources *sources);

/*
 * Takes the source at place `i`, once it is read, and drops it after it has ended, but before its
 * place is taken again; both also when its settings have changed. Both write into the file. Return
 * 0, -EINTR if stop_requested() came first, or -errno.
 */
int writer_add(struct writer *w, size_t i);
int writer_end(struct writer *w, size_t i);

/*
 * Writes the batch. *done is the number of its packets that are in the file, whole; it is
 * set after a failure too, and whatever else was written is taken back if possible. Returns
 * 0, -EINTR if stop_requested() came first, or -errno.
 */
int writer_put(struct writer *w, const struct batch *b, size_t *done);

/* Whether the output is a file, which another one can follow. */
bool writer_rotates(const struct writer *w);

/*
 * Ends the file and begins the next one, because its time is over (-G, `by_time`) or because the
 * user wants it, unless it was the last that -W allows; then *over is set. Returns 0, -EINTR if
 * stop_requested() came before the next file could be opened, or -errno.
 */
int writer_rotate(struct writer *w, bool by_time, bool *over);

/* Ends the file, if one is open; call it only if nothing has failed. Returns 0 or -errno. */
int writer_finish(struct writer *w);

/*
 * Closes the file and waits for the commands of -z. Returns 0, or -ECHILD if one of them
 * failed, which has been said.
 */
int writer_close(struct writer *w);

/* A descriptor on which poll(2) reports that nobody reads the output any more. */
int writer_fd(const struct writer *w);

/* After a failure: what failed ("open", "write to", ...) and on which file. */
const char *writer_doing(const struct writer *w);
const char *writer_file(const struct writer *w);
/* ... and why, in words; NULL: what the error says. */
const char *writer_why(const struct writer *w);

/* The number of files that were opened, and the name of the last one. */
uint64_t writer_files(const struct writer *w);
const char *writer_last_file(const struct writer *w);

#endif
