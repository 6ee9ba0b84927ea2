/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts xdptap-loader and xdptap-reader, and keeps what they say. */
#ifndef XDPTAP_READER_EXTCAP_CHILD_H
#define XDPTAP_READER_EXTCAP_CHILD_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int said_fd; /* a file in memory: what it wrote to stderr */
};

#define CHILD_NONE             \
	{                      \
		.said_fd = -1, \
	}

/* Writes the path of this tool if it lies beside our own program; otherwise its name, which is to
 * be found in PATH. Returns buf. */
const char *child_path(char buf[PATH_MAX], const char *program);

/*
 * Starts argv[0], one of our tools, in a process group of its own, which no Ctrl-C reaches; its
 * stdout is `stdout_fd`, or nothing if that is -1. `until_we_end`: it gets SIGTERM when this
 * process ends, however. Returns 0 or -errno.
 */
int child_start(struct child *c, const char *const *argv, int stdout_fd, bool until_we_end);

/* Waits for it. Returns its exit status, or 128 and the number of the signal that killed it. */
int child_wait(struct child *c);

/* Starts it and waits. Returns its exit status, or -errno; the caller closes it in any case. */
int child_run(struct child *c, const char *const *argv);

/* Copies what it said to stderr, up to an empty line: statistics of the reader follow that. */
void child_relay(const struct child *c);

/* Gets the first line that it said, without the name of the program. Returns buf. */
const char *child_first_line(const struct child *c, char *buf, size_t size);

void child_close(struct child *c);

#endif
