/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process that runs the commands of -z. It is made before the reader opens anything and gives
 * up its privileges, so it has nothing of the reader's, and never sees a packet.
 */
#ifndef XDPTAP_READER_RUNNER_H
#define XDPTAP_READER_RUNNER_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pin/cli/confine.h"

/* To run the command on a file. */
struct runner_request {
	uint32_t number;
	char path[PATH_MAX]; /* sent up to its NUL */
};

/* What became of it. */
struct runner_answer {
	uint32_t number;
	int err;    /* an errno: it could not be run */
	int status; /* as of waitpid(2) */
};

struct runner {
	int fd; /* of the socket to it: SOCK_SEQPACKET, a message each; -1: there is none */
	pid_t pid;
};

#define RUNNER_NONE      \
	{                \
		.fd = -1 \
	}

/*
 * Makes the process, which runs `command` on files whose names the argument of -w can have: the
 * reader may ask for no others. It becomes `user` first, and ends when the reader ends. Returns 0
 * or -errno.
 */
int runner_start(struct runner *r, const char *command, const char *written,
		 const struct confine_user *user);

/* Returns whether a file that is written to `written`, the argument of -w, can have this name. */
bool runner_may_be_named(const char *written, const char *path);

/* Ends it, and waits for that; commands that still run go on. */
void runner_stop(struct runner *r);

#endif
