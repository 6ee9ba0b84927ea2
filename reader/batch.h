/* SPDX-License-Identifier: BSD-2-Clause */
/* The next events of several rings, in the order of their time. */
#ifndef XDPTAP_BATCH_H
#define XDPTAP_BATCH_H

#include <stddef.h>

#include "reader/source.h"

/* So few that signals and timers are looked at often, whatever the load. */
#define BATCH_MAX 256

struct batch_entry {
	const struct packet_event *event; /* in the ring, until it is released */
	struct source *source;
	unsigned long end; /* position behind it in that ring */
};

struct batch {
	size_t n;
	struct batch_entry entries[BATCH_MAX];
};

/*
 * Takes up to `max`, at most BATCH_MAX, events from the sources that have not
 * ended. Each ring keeps its own order; between rings the earlier timestamp is
 * first. Marks as broken the source whose ring can't be read on.
 */
void batch_fill(struct batch *b, struct source *sources, size_t n_sources, size_t max);

/*
 * Gives the first `n` entries back to the kernel; all of them: with them the
 * records that were discarded, and skipped.
 */
void batch_release(const struct batch *b, struct source *sources, size_t n_sources, size_t n);

#endif
