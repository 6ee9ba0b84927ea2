// SPDX-License-Identifier: BSD-2-Clause
/*
 * Merges the rings: one a CPU and tap. Used by capture.c.
 *
 * An event gets its timestamp after its place in the ring. So what is not in
 * any ring when we look will be later than all that was there when we looked
 * the time before, which may be given out: that is ring.settled. What came in
 * between waits for the next look, however the clock is set meanwhile.
 */
#include <errno.h>
#include <stdlib.h>

#include "reader/batch.h"

/* A ring's next event. */
struct batch_head {
	const struct packet_event *event;
	struct source *source;
	struct ring *ring;
};

/* Looks of a reader that waits for an event in writing; some microseconds. */
#define SPINS 1000

int batch_open(struct batch *b, struct source *sources, size_t n_sources)
{
	b->sources = sources;
	b->n_sources = n_sources;
	b->n_rings = 0;
	for (size_t i = 0; i < n_sources; i++)
		b->n_rings += sources[i].tap.meta.rings;
	b->heads = calloc(b->n_rings, sizeof(*b->heads));
	return b->heads ? 0 : -ENOMEM;
}

void batch_close(struct batch *b)
{
	free(b->heads);
	b->heads = NULL;
}

/* Of two at the same time the one of the ring that is named first. */
static int is_before(const struct batch_head *a, const struct batch_head *b)
{
	if (a->event->ts_ns != b->event->ts_ns)
		return a->event->ts_ns < b->event->ts_ns;
	return a->source != b->source ? a->source < b->source : a->ring < b->ring;
}

/* Lets the head at `i` of a heap of `n` sink to its place. */
static void sink(struct batch_head *heads, size_t n, size_t i)
{
	struct batch_head moved = heads[i];
	size_t child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && is_before(&heads[child + 1], &heads[child]))
			child++;
		if (!is_before(&heads[child], &moved))
			break;
		heads[i] = heads[child];
		i = child;
	}
	heads[i] = moved;
}

enum head { HEAD_NONE, HEAD_READY, HEAD_UNKNOWN };

/*
 * The ring's next event into *h. HEAD_UNKNOWN: there is one, it may be earlier
 * than all the others, and it is not written yet.
 */
static enum head next_head(struct batch_head *h)
{
	int spins = SPINS;

	for (;;) {
		if (ring_peek(h->ring, &h->event)) {
			h->source->broken = true;
			return HEAD_NONE;
		}
		if (h->event)
			return HEAD_READY;
		/* What was not there the time before is later anyway. */
		if ((long)(h->ring->settled - h->ring->next) <= 0)
			return HEAD_NONE;
		if (!spins--)
			return HEAD_UNKNOWN;
	}
}

/* Looks at all rings. Returns how many have a head; 0 too if nothing is certain. */
static size_t find_heads(struct batch *b)
{
	bool unknown = false;
	struct batch_head h;
	size_t n = 0;

	for (struct source *s = b->sources; s < b->sources + b->n_sources; s++) {
		for (__u32 i = 0; i < s->tap.meta.rings && !s->ended && !s->broken; i++) {
			h.source = s;
			h.ring = &s->rings[i];
			if (ring_look(h.ring)) {
				s->broken = true;
				break;
			}
			if (b->n_rings == 1)
				h.ring->settled = h.ring->visible;
		}
	}
	for (struct source *s = b->sources; s < b->sources + b->n_sources; s++) {
		for (__u32 i = 0; i < s->tap.meta.rings && !s->ended && !s->broken; i++) {
			h.source = s;
			h.ring = &s->rings[i];
			switch (next_head(&h)) {
			case HEAD_READY:
				b->heads[n++] = h;
				break;
			case HEAD_UNKNOWN:
				unknown = true;
				break;
			case HEAD_NONE:
				break;
			}
		}
	}
	return unknown ? 0 : n;
}

static void take(struct batch *b, struct batch_head *h)
{
	struct batch_entry *e = &b->entries[b->n++];

	e->event = h->event;
	e->source = h->source;
	e->ring = h->ring;
	e->end = ring_take(h->ring);
}

void batch_fill(struct batch *b, size_t max)
{
	size_t n = find_heads(b);
	struct batch_head *first = b->heads;
	enum head more = HEAD_READY;

	if (max > BATCH_MAX)
		max = BATCH_MAX;
	b->n = 0;
	for (size_t i = n / 2; i--;)
		sink(b->heads, n, i);
	while (n && b->n < max && more != HEAD_UNKNOWN &&
	       (long)(first->ring->settled - first->ring->next) > 0) {
		take(b, first);
		more = next_head(first);
		if (more == HEAD_NONE)
			*first = b->heads[--n];
		if (n > 1)
			sink(b->heads, n, 0);
	}
}

void batch_release(const struct batch *b, size_t n)
{
	if (n < b->n) {
		for (size_t i = 0; i < n; i++)
			ring_release(b->entries[i].ring, b->entries[i].end);
		return;
	}
	for (struct source *s = b->sources; s < b->sources + b->n_sources; s++)
		for (__u32 i = 0; i < s->tap.meta.rings && !s->ended; i++)
			ring_release(&s->rings[i], s->rings[i].next);
}
