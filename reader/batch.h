/* SPDX-License-Identifier: BSD-2-Clause */
/* The next events of all ring buffers, in order of time. */
#ifndef XDPTAP_READER_BATCH_H
#define XDPTAP_READER_BATCH_H

#include <stddef.h>

#include "reader/filter.h"
#include "reader/sources.h"

/* Small enough that signals and timers are handled often under any load. */
#define BATCH_MAX 256

/*
 * For how long a record may be in writing, in nanoseconds, before its ring buffer is set aside. A
 * program needs less than a microsecond; a virtual machine's CPU may be stopped in the middle.
 */
#define BATCH_HOLD_NS UINT64_C(1000000000)

struct batch_entry {
	struct packet packet; /* in the ring buffer, until it is released */
	struct source *source;
	struct ring *ring; /* of that source */
	unsigned long end; /* position after it in that ring buffer */
};

/* A packet that batch_filter() took out. */
struct batch_mismatch {
	struct ring *ring;
	unsigned long end; /* as in batch_entry */
	uint32_t tap;      /* as in packet */
	uint32_t before;   /* number of entries of the batch that precede it */
};

struct batch_head;

struct batch {
	const struct sources *sources;
	struct batch_head *heads; /* one per ring buffer; a heap while the batch is filled */
	size_t n_rings;
	uint64_t future_ns; /* CLOCK_TAI: later events were stamped before the clock was set back */
	bool more;          /* batch_fill() left events that it could have taken */
	bool blocked;       /* it stopped at an event that is being written */
	size_t n;
	struct batch_entry entries[BATCH_MAX];
	size_t n_filtered;
	struct batch_mismatch filtered[BATCH_MAX];
};

/* Prepares a batch for these sources, which stay the caller's. Returns 0 or -ENOMEM. */
int batch_open(struct batch *b, const struct sources *sources);
void batch_close(struct batch *b);

/* Call it after a source was added. Returns 0 or -ENOMEM; then the batch is as before. */
int batch_resize(struct batch *b);

/*
 * Takes up to `max` packets, at most BATCH_MAX, from the open sources. Each ring buffer keeps its
 * own order. Between ring buffers the earlier timestamp comes first; that includes events that
 * are being written now, for which later ones are left to the next call. A source with a ring
 * buffer that can't be read any further is marked as broken. A ring buffer with a record that is
 * in writing for BATCH_HOLD_NS is set aside until that is complete.
 */
void batch_fill(struct batch *b, size_t max);

/*
 * Leaves only entries that match, at most `max` of them; what comes after the last of these is left
 * to the next call of batch_fill(). Call it once after that.
 */
void batch_filter(struct batch *b, const struct filter *filter, size_t max);

/*
 * Returns how many of the packets that did not match are done with when the first `n` entries are:
 * those before the next entry. batch_release() gives back as many.
 */
size_t batch_filtered(const struct batch *b, size_t n);

/* Returns the bytes that the entries occupy in the ring buffers. */
size_t batch_bytes(const struct batch *b);

/*
 * Gives the first `n` entries back to the kernel, and what did not match before the next one. If
 * these are all, the discarded records that were skipped are given back, too.
 */
void batch_release(const struct batch *b, size_t n);

#endif
