/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets that wait in a tap's rings, and what it takes xdptap-reader to read
 * them: by itself, nobody writing at that time.
 */
#ifndef XDPTAP_BENCH_BACKLOG_H
#define XDPTAP_BENCH_BACKLOG_H

#include "tests/bench/packets.h"
#include "tests/bench/shipped.h"

/*
 * What many packets take less what few take is without the reader's start and
 * end. Both have to fit into the ring of PRODUCER_CPU.
 */
struct backlog {
	struct shipped *tap;
	enum packet packet;
	int few, many;
};

/* Puts `n` packets into the ring. Returns 0 or -errno, after bench_fail(), as both do. */
int backlog_fill(const struct shipped *tap, enum packet packet, int n);

/*
 * `options` of the reader, a NULL after them. *ns: CPU time of a packet. Not wall
 * time: to start and to end it waits for the kernel, some ms more or less.
 */
int backlog_read(const struct backlog *b, const char *const options[], double *ns);

#endif
