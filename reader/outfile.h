/* SPDX-License-Identifier: BSD-2-Clause */
/* Where packets are written to: stdout, or the files of -w one after another. */
#ifndef XDPTAP_READER_OUTFILE_H
#define XDPTAP_READER_OUTFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/postrotate.h"

struct outfile_options {
	const char *path;      /* as -w names it; NULL and "-": stdout */
	uint64_t rotate_bytes; /* -C: another file after that many; 0: not by size */
	uint64_t rotate_ns;    /* -G: another file after that long; 0: not by time */
	uint64_t files;        /* -W: with -C so many names in turn, else the end; 0: no limit */
	const char *command;   /* -z; NULL: none */
};

struct outfile {
	const struct outfile_options *o;
	int fd;               /* what is open now; -1: nothing */
	int write_fd;         /* the same; of a stream, what a signal interrupts */
	bool is_file;         /* a regular one of ours, not a stream */
	uint64_t bytes;       /* written to it */
	uint64_t opened;      /* files until now, this one included */
	uint64_t in_turn;     /* -C: this one's number */
	char slice[PATH_MAX]; /* the name without the number */
	char name[PATH_MAX];  /* of the one that is open, or that can't be opened */
	char last[PATH_MAX];  /* of the last one that was opened */
	const char *doing;    /* what failed last: "open", "write", ... */
	struct postrotate postrotate;
};

#define OUTFILE_CLOSED                   \
	{                                \
		.fd = -1, .write_fd = -1 \
	}

/*
 * Opens stdout or the first file, with mode 0600; what is in it is lost. `o`
 * must stay. Returns 0, or -errno: -EINTR if stop_requested() came before
 * anybody read the FIFO.
 */
int outfile_open(struct outfile *f, const struct outfile_options *o);

/* Closes the file; a command may run on it then. Returns 0 or -errno. */
int outfile_close(struct outfile *f);

/*
 * After outfile_close(): opens the next file: because it is time to (-G), or
 * because of the size; as soon as no command runs on one of its name any more.
 * Returns 0, -EINTR if stop_requested() came before that, or -errno.
 */
int outfile_next(struct outfile *f, bool by_time);

/* Whether with `more` bytes it would be large enough for -C. */
bool outfile_full(const struct outfile *f, size_t more);

/* Whether the file that is open is the last one that -W allows. */
bool outfile_last(const struct outfile *f);

/*
 * Writes; *done is how much of it, also after a failure. Returns 0, -errno, or of
 * a stream -EINTR if stop_requested() came meanwhile, and if it had come before
 * -EAGAIN if nobody takes it in the time that is left.
 */
int outfile_write(struct outfile *f, const char *buf, size_t size, size_t *done);

/* After a failure: cuts the last `excess` bytes off a file again, if they can be. */
void outfile_cut(struct outfile *f, size_t excess);

/*
 * Waits for the commands of -z, or for the next signal, and forgets those that still run
 * then. Returns 0, or -ECHILD if one of them failed, which has been said.
 */
int outfile_wait_commands(struct outfile *f);

#endif
