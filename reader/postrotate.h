/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command of -z: run on each file that is closed, beside the capture, by the process of
 * runner.h.
 */
#ifndef XDPTAP_READER_POSTROTATE_H
#define XDPTAP_READER_POSTROTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct postrotate_command {
	uint32_t number; /* of the request to run it */
	char *path;      /* ours */
};

struct postrotate {
	const char *name;                    /* NULL: none is run */
	int runner_fd;                       /* of struct runner; not ours */
	uint32_t requests;                   /* so far */
	struct postrotate_command *commands; /* those that run; ours */
	size_t running;
	size_t room; /* for so many */
	bool failed; /* one of them could not be run, or did not exit with 0 */
	bool waited; /* that it waits for one has been said */
};

/* Whether there is such a program: in PATH, or where its slashes lead. */
bool postrotate_exists(const char *name);

/*
 * Has it run with `path` as its only argument: at the lowest priority, in a process
 * group of its own, so that ^C is not for it, and with stdin from /dev/null.
 * Says on stderr if it can't, now or when that is known.
 */
void postrotate_start(struct postrotate *c, const char *path);

/* Takes note of those that have ended, and says on stderr which failed. */
void postrotate_reap(struct postrotate *c);

/*
 * Waits until none runs on `path` any more, and the first time says on stderr that
 * it does. Returns 0, -EINTR if stop_requested() came first, or -errno.
 */
int postrotate_wait_for(struct postrotate *c, const char *path);

/* Waits until all have ended, or for the next signal, and says what still runs. */
void postrotate_wait(struct postrotate *c);

/* Forgets those that run. */
void postrotate_close(struct postrotate *c);

#endif
