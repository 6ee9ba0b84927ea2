/* SPDX-License-Identifier: BSD-2-Clause */
/* Where packets are written: stdout, or the files of -w one after another. */
#ifndef XDPTAP_READER_OUTFILE_H
#define XDPTAP_READER_OUTFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/postrotate.h"

struct outfile_options {
	const char *path;      /* argument of -w; NULL and "-" mean stdout */
	uint64_t rotate_bytes; /* -C: bytes after which the next file begins; 0: no limit */
	uint64_t rotate_ns;    /* -G: time after which the next file begins; 0: no limit */
	uint64_t files; /* -W: number of files that -C reuses, or that -G writes; 0: no limit */
	const char *command; /* -z; NULL: none */
	int runner_fd;       /* with a command: where to have it run; see postrotate.h */
};

struct outfile {
	const struct outfile_options *o;
	int fd;               /* the open file or stream; -1: none */
	int write_fd;         /* the same; for a stream a duplicate that a signal interrupts */
	bool is_file;         /* a regular file, not a stream */
	uint64_t bytes;       /* its size */
	uint64_t opened;      /* number of files so far, including this one */
	uint64_t in_turn;     /* number of this file; 0: none, unless -C and -W are given */
	uint64_t skipped;     /* files that belong to somebody else, since the last one of ours */
	bool earlier;         /* an earlier run left packets in the first file */
	char slice[PATH_MAX]; /* name without the number */
	char name[PATH_MAX];  /* of the open file, or of the one that can't be opened */
	char last[PATH_MAX];  /* of the last file that was opened */
	const char *doing;    /* what failed last: "open", "write", ... */
	const char *why;      /* why, in words; NULL: as the error says */
	struct postrotate postrotate;
};

#define OUTFILE_CLOSED                   \
	{                                \
		.fd = -1, .write_fd = -1 \
	}

/*
 * Opens stdout, or the first file, with mode 0600. A plain file is truncated; when files are
 * rotated, one that an earlier run wrote is continued or left alone, as outfile_name.h says, and so
 * is one that another process writes. `o` must stay valid. Returns 0 or -errno: -EINTR if
 * stop_requested() came before anybody opened the FIFO for reading.
 */
int outfile_open(struct outfile *f, const struct outfile_options *o);

/* Closes the file and starts the command of -z on it. Returns 0 or -errno. */
int outfile_close(struct outfile *f);

/*
 * Opens the next file after outfile_close(), for -G (`by_time`) or otherwise. It waits while a
 * command of -z still runs on a file of the same name. Returns 0, -EINTR if stop_requested() came
 * before that, or -errno.
 */
int outfile_next(struct outfile *f, bool by_time);

/* Returns whether `more` bytes would make the file large enough for -C. */
bool outfile_full(const struct outfile *f, size_t more);

/* Returns whether files are to follow the first one in any case: -C, or -G. */
bool outfile_rotates(const struct outfile_options *o);

/* Returns whether this process may make a further file beside the open one. */
bool outfile_can_follow(const struct outfile *f);

/* Returns whether the open file is the last one that -W allows. */
bool outfile_last(const struct outfile *f);

/*
 * Writes; *done is the number of bytes written, also after a failure. Returns 0 or -errno; for a
 * stream -EINTR if stop_requested() came meanwhile, or -EAGAIN if it came before and nobody reads
 * in the time that is left.
 */
int outfile_write(struct outfile *f, const char *buf, size_t size, size_t *done);

/* After a failure: removes the last `excess` bytes from a file again, if possible. */
void outfile_cut(struct outfile *f, size_t excess);

/*
 * Waits for the commands of -z, or for the next signal, and forgets those that still run
 * then. Returns 0, or -ECHILD if one of them failed, which has been said.
 */
int outfile_wait_commands(struct outfile *f);

#endif
