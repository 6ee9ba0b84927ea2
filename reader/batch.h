/* SPDX-License-Identifier: BSD-2-Clause */
/* The next events of all rings, in the order of their time. */
#ifndef XDPTAP_READER_BATCH_H
#define XDPTAP_READER_BATCH_H

#include <stddef.h>

#include "reader/source.h"

/* So few that signals and timers are looked at often, whatever the load. */
#define BATCH_MAX 256

struct batch_entry {
	struct packet packet; /* in the ring, until it is released */
	struct source *source;
	struct ring *ring; /* of that source */
	unsigned long end; /* position behind it in that ring */
};

struct batch_head;

struct batch {
	struct source *sources;
	size_t n_sources;
	struct batch_head *heads; /* room for one a ring; a heap while it is filled */
	size_t n_rings;
	uint64_t future_ns; /* CLOCK_TAI: what is later was stamped before the clock was set */
	bool more;          /* batch_fill() left some that it could have taken */
	bool blocked;       /* it stopped at one that is being written */
	size_t n;
	struct batch_entry entries[BATCH_MAX];
};

/* For the rings of these sources, which stay the caller's. Returns 0 or -ENOMEM. */
int batch_open(struct batch *b, struct source *sources, size_t n_sources);
void batch_close(struct batch *b);

/*
 * Takes up to `max`, at most BATCH_MAX, packets from the sources that have not
 * ended. Each ring keeps its own order; between rings the earlier timestamp is
 * first, also of events that are being written at this moment: then it is the
 * next call that takes what is later. Marks as broken the source of which a ring can't be read on.
 */
void batch_fill(struct batch *b, size_t max);

/* Bytes of the rings that the entries take. */
size_t batch_bytes(const struct batch *b);

/*
 * Gives the first `n` entries back to the kernel; all of them: with them the
 * records that were discarded, and skipped.
 */
void batch_release(const struct batch *b, size_t n);

#endif
