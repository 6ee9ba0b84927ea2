// SPDX-License-Identifier: BSD-2-Clause
/*
 * Merges the rings of several taps; capture.c shows what comes out. There are
 * as many rings as words on a command line, so looking at all of their heads
 * for each event is cheap enough.
 */
#include "reader/batch.h"

/* The source whose next event is the earliest, NULL if none has one. */
static struct source *earliest(struct source *sources, size_t n, const struct packet_event **event)
{
	const struct packet_event *head;
	struct source *found = NULL;

	for (struct source *s = sources; s < sources + n; s++) {
		if (s->ended || s->broken)
			continue;
		if (ring_peek(&s->ring, &head)) {
			s->broken = true;
			continue;
		}
		if (head && (!found || head->ts_ns < (*event)->ts_ns)) {
			found = s;
			*event = head;
		}
	}
	return found;
}

void batch_fill(struct batch *b, struct source *sources, size_t n_sources, size_t max)
{
	struct batch_entry *e;

	for (b->n = 0; b->n < max && b->n < BATCH_MAX; b->n++) {
		e = &b->entries[b->n];
		e->source = earliest(sources, n_sources, &e->event);
		if (!e->source)
			break;
		e->end = ring_take(&e->source->ring);
	}
}

void batch_release(const struct batch *b, struct source *sources, size_t n_sources, size_t n)
{
	if (n < b->n) {
		for (size_t i = 0; i < n; i++)
			ring_release(&b->entries[i].source->ring, b->entries[i].end);
		return;
	}
	for (struct source *s = sources; s < sources + n_sources; s++)
		if (!s->ended)
			ring_release(&s->ring, s->ring.next);
}
