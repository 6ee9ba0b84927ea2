/* SPDX-License-Identifier: BSD-2-Clause */
/* The command of -z: run on each file that is closed, beside the capture. */
#ifndef XDPTAP_POSTROTATE_H
#define XDPTAP_POSTROTATE_H

#include <stdbool.h>
#include <stddef.h>

struct postrotate {
	const char *name; /* NULL: none is run */
	size_t running;
	bool failed; /* one of them could not be run, or did not exit with 0 */
};

/* Whether there is such a program: in PATH, or where its slashes lead. */
bool postrotate_exists(const char *name);

/*
 * Runs it with `path` as its only argument: at the lowest priority, in a process
 * group of its own, so that ^C is not for it, and with stdin from /dev/null.
 * Says on stderr if it can't.
 */
void postrotate_start(struct postrotate *c, const char *path);

/* Takes note of those that have ended, and says on stderr which failed. */
void postrotate_reap(struct postrotate *c);

/* Waits until all have ended, or for the next signal, and says what still runs. */
void postrotate_wait(struct postrotate *c);

#endif
