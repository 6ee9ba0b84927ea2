// SPDX-License-Identifier: BSD-2-Clause
/*
 * Merges the ring buffers, one per CPU and tap. Used by capture.c.
 *
 * An event gets its timestamp after its record is reserved. So an event that is in no ring buffer
 * when we look is later than all that were written before.
 * 1. A batch is taken from what one look at all ring buffers shows, the earliest event first.
 * 2. A second look at the ring buffers that it emptied finds events that came meanwhile.
 * 3. Only that part of the batch is given out which is certainly earlier than everything that is
 *    still to come, however long a CPU is delayed.
 *
 * An event that is being written holds up all ring buffers, since it may be the earliest. One that
 * is never completed must not do so for ever: its ring buffer is set aside after BATCH_HOLD_NS, and
 * the order of the others is kept. When it goes on, its events come late.
 */
#include <errno.h>
#include <stdlib.h>

#include "pin/now.h"
#include "reader/batch.h"

/* The next event of a ring buffer. */
struct batch_head {
	uint64_t key; /* sorts by time: the least is the earliest */
	struct packet packet;
	struct source *source;
	struct ring *ring;
};

/* How often to look again at an event that is being written; a few microseconds in all. */
#define SPINS 1000

/* Nanoseconds that the time of an event may seem to be in the future. */
#define FUTURE_NS UINT64_C(10000000)

int batch_open(struct batch *b, const struct sources *sources)
{
	b->sources = sources;
	b->heads = NULL;
	return batch_resize(b);
}

int batch_resize(struct batch *b)
{
	struct batch_head *heads;
	size_t rings = 0;

	for (size_t i = 0; i < b->sources->n; i++)
		rings += b->sources->list[i].tap.meta.rings;
	heads = reallocarray(b->heads, rings ?: 1, sizeof(*heads));
	if (!heads)
		return -ENOMEM;
	b->heads = heads;
	b->n_rings = rings;
	return 0;
}

void batch_close(struct batch *b)
{
	free(b->heads);
	b->heads = NULL;
}

/*
 * An event in the future was stamped before the clock was set back. It goes first: otherwise it
 * would block its ring buffer until that time.
 */
static uint64_t key_of(const struct batch *b, const struct packet_event *event)
{
	return event->ts_ns - b->future_ns; /* later ones wrap around to the start */
}

/* Of two events with the same time, that of the ring buffer that was named first. */
static int is_before(const struct batch_head *a, const struct batch_head *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	return a->source != b->source ? a->source < b->source : a->ring < b->ring;
}

/* Moves the head at index `i` of a heap of `n` down to its place. */
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

/* An event is still not written after some looks. Returns whether the others have to wait for it.
 */
static bool holds_up(struct batch *b, const struct batch_head *h)
{
	if (ring_wait(h->ring, now_ns(CLOCK_MONOTONIC)) < BATCH_HOLD_NS) {
		b->blocked = true;
		return true;
	}
	source_set_aside(h->source, h->ring);
	return false;
}

/* Gets the next event of the ring buffer; HEAD_UNKNOWN: there is one that is not written yet. */
static enum head next_head(struct batch *b, struct batch_head *h)
{
	int spins = SPINS;

	for (;;) {
		if (ring_peek(h->ring, &h->packet)) {
			source_set_broken(h->source);
			return HEAD_NONE;
		}
		if (h->packet.event) {
			h->key = key_of(b, h->packet.event);
			return HEAD_READY;
		}
		if (h->ring->next == h->ring->visible || h->ring->aside)
			return HEAD_NONE;
		if (!spins--)
			return holds_up(b, h) ? HEAD_UNKNOWN : HEAD_NONE;
	}
}

/* Reads how far the ring buffer is filled, and its next event. */
static enum head look(struct batch *b, struct source *s, struct ring *ring, struct batch_head *h)
{
	enum head next;

	h->source = s;
	h->ring = ring;
	h->packet.tap = (uint32_t)(s - b->sources->list);
	if (ring_look(ring)) {
		source_set_broken(s);
		return HEAD_NONE;
	}
	next = next_head(b, h);
	if (ring->aside && (next == HEAD_READY || ring->next != ring->busy))
		source_take_back(s, ring);
	return next;
}

static struct source *end_of(const struct batch *b)
{
	return b->sources->list + b->sources->n;
}

static bool is_read(const struct source *s)
{
	return s->state == SOURCE_OPEN;
}

/* Looks at all ring buffers. Returns how many have a head; 0 also if nothing is certain. */
static size_t find_heads(struct batch *b)
{
	size_t n = 0;

	for (struct source *s = b->sources->list; s < end_of(b); s++) {
		for (__u32 i = 0; i < s->tap.meta.rings && is_read(s); i++) {
			if (look(b, s, &s->rings[i], &b->heads[n]) == HEAD_READY)
				n++;
		}
	}
	return b->blocked ? 0 : n;
}

/* Looks again at the empty ring buffers. Returns the key from which on more may come. */
static uint64_t certain_until(struct batch *b)
{
	uint64_t until = UINT64_MAX;
	struct batch_head h;

	for (struct source *s = b->sources->list; s < end_of(b); s++) {
		for (__u32 i = 0; i < s->tap.meta.rings && is_read(s); i++) {
			/* Otherwise its next event was in the heap. */
			if (s->rings[i].next != s->rings[i].visible)
				continue;
			switch (look(b, s, &s->rings[i], &h)) {
			case HEAD_READY:
				if (h.key < until)
					until = h.key;
				break;
			case HEAD_UNKNOWN:
				return 0;
			case HEAD_NONE:
				break;
			}
		}
	}
	return until;
}

static void take(struct batch *b, const struct batch_head *h)
{
	struct batch_entry *e = &b->entries[b->n++];

	e->packet = h->packet;
	e->source = h->source;
	e->ring = h->ring;
	e->end = ring_take(h->ring, &h->packet);
}

static void give_back(struct batch *b, uint64_t behind)
{
	const struct batch_entry *e;

	while (b->n) {
		e = &b->entries[b->n - 1];
		if (key_of(b, e->packet.event) <= behind)
			break;
		ring_untake(e->ring, &e->packet, e->end);
		b->n--;
	}
}

void batch_fill(struct batch *b, size_t max)
{
	struct batch_head *first = b->heads;
	enum head next = HEAD_READY;
	size_t n, taken;

	if (max > BATCH_MAX)
		max = BATCH_MAX;
	b->n = b->n_filtered = 0;
	b->blocked = false;
	b->future_ns = b->n_rings > 1 ? now_ns(CLOCK_TAI) + FUTURE_NS : 0;
	n = find_heads(b);
	for (size_t i = n / 2; i--;)
		sink(b->heads, n, i);
	while (n && b->n < max && next != HEAD_UNKNOWN) {
		take(b, first);
		next = next_head(b, first);
		if (next == HEAD_NONE)
			*first = b->heads[--n];
		if (n > 1 && next != HEAD_UNKNOWN)
			sink(b->heads, n, 0);
	}
	taken = b->n;
	if (b->n_rings > 1)
		give_back(b, certain_until(b));
	b->more = !b->blocked && (taken == max || b->n < taken);
}

static void take_out(struct batch *b, const struct batch_entry *e)
{
	b->filtered[b->n_filtered++] = (struct batch_mismatch){
		.ring = e->ring,
		.end = e->end,
		.tap = e->packet.tap,
		.before = (uint32_t)b->n,
	};
}

void batch_filter(struct batch *b, const struct filter *filter, size_t max)
{
	size_t n = b->n, judged;
	const struct batch_entry *e;

	b->n = 0;
	for (judged = 0; judged < n && b->n < max; judged++) {
		e = &b->entries[judged];
		if (filter_matches(filter, &e->packet))
			b->entries[b->n++] = *e;
		else
			take_out(b, e);
	}
	b->more |= judged < n;
	while (n > judged) {
		e = &b->entries[--n];
		ring_untake(e->ring, &e->packet, e->end);
	}
}

size_t batch_filtered(const struct batch *b, size_t n)
{
	size_t done = b->n_filtered;

	while (done && b->filtered[done - 1].before > n)
		done--;
	return done;
}

size_t batch_bytes(const struct batch *b)
{
	size_t sum = 0;

	for (size_t i = 0; i < b->n; i++)
		sum += ring_record_bytes(b->entries[i].packet.caplen);
	return sum;
}

/* In the order in which they were taken: within a ring buffer no position may go back. */
static void release_part(const struct batch *b, size_t n)
{
	const struct batch_mismatch *f = b->filtered, *end = f + batch_filtered(b, n);

	for (size_t i = 0; i <= n; i++) {
		for (; f < end && f->before == i; f++)
			ring_release(f->ring, f->end);
		if (i < n)
			ring_release(b->entries[i].ring, b->entries[i].end);
	}
}

void batch_release(const struct batch *b, size_t n)
{
	if (n < b->n) {
		release_part(b, n);
		return;
	}
	for (struct source *s = b->sources->list; s < end_of(b); s++)
		for (__u32 i = 0; i < s->tap.meta.rings && s->state != SOURCE_ENDED; i++)
			ring_release(&s->rings[i], s->rings[i].next);
}
