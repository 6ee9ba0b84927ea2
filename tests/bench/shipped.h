/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xdptap as it is shipped: attached by its loader, read by its reader. Of its
 * insides only the pins of docs/maps.md are used: meta for the program's id,
 * stats_map, and the lock of the reader.
 */
#ifndef XDPTAP_BENCH_SHIPPED_H
#define XDPTAP_BENCH_SHIPPED_H

#include <stdbool.h>

#include "bpf/abi.h"
#include "tests/bench/process.h"

struct shipped {
	const char *dev;
	int prog_fd;
	int stats_fd;
	__u64 read; /* events that readers took out of the ring */
};

#define SHIPPED_NONE                          \
	{                                     \
		.prog_fd = -1, .stats_fd = -1 \
	}

/*
 * Makes a veth pair DEV, DEV-peer and taps it. `words`: what attach gets besides,
 * such as "ring 64M snaplen 64", or NULL; all that follows "filter" is the
 * expression. Returns 0 or -errno, after bench_fail(), as all here do;
 * shipped_close() in any case.
 */
int shipped_open(struct shipped *s, const char *dev, const char *words);
void shipped_close(struct shipped *s);

/* The loader's two commands by themselves, in full. */
int shipped_attach(struct shipped *s, const char *dev, const char *words);
int shipped_detach(struct shipped *s);

int shipped_stats(const struct shipped *s, struct packet_stats *total);

/* Runs a reader that takes what waits, nobody else being there. */
int shipped_empty(struct shipped *s);

/*
 * xdptap-reader on READER_CPU, `option` NULL or a word for it, stdout to
 * /dev/null. It is ready when this returns: it holds the ring.
 */
int shipped_reader_start(struct shipped *s, const char *option, struct process *reader);

/* Whether this xdptap-reader holds a ring: signals end it in good order from then on. */
bool shipped_reader_has_lock(pid_t pid);

/* It takes all that waits before it ends. */
int shipped_reader_stop(struct shipped *s, struct process *reader, struct rusage *usage);

#endif
