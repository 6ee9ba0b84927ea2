/* SPDX-License-Identifier: BSD-2-Clause */
/* What a capture is written to: nothing, memory (tmpfs), or a disk. */
#ifndef XDPTAP_BENCH_OUTPUT_H
#define XDPTAP_BENCH_OUTPUT_H

enum output_kind { OUTPUT_NULL, OUTPUT_TMPFS, OUTPUT_DISK, OUTPUTS };

/* A file without a name in any directory, so that nothing of it is left. */
struct output {
	int fd; /* -1: none */
	char path[64];
};

#define OUTPUT_NONE      \
	{                \
		.fd = -1 \
	}

/*
 * Processes that are started from now on can open `path`. The disk is where
 * /var/tmp is. Returns 0 or -errno, after bench_fail(); output_close() in any case.
 */
int output_open(struct output *o, enum output_kind kind);
void output_close(struct output *o);

/* For the report. */
const char *output_name(enum output_kind kind);

#endif
