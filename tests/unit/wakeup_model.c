// SPDX-License-Identifier: BSD-2-Clause
/* The states of wakeup_model.h: memory, what can come next, and what must not be. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/wakeup_model.h"

uint8_t model_load(const struct model_state *s, const struct store_buffer *own, int cell)
{
	for (int i = own->n; i--;)
		if (own->stores[i] >> 4 == cell)
			return own->stores[i] & 15;
	return s->cells[cell];
}

/* Returns whether there was room; else first something has to come out. */
bool model_store(struct store_buffer *own, int cell, int value)
{
	if (own->n == MODEL_STORES_MAX)
		return false;
	own->stores[own->n++] = (uint8_t)(cell << 4 | value);
	return true;
}

/* The oldest store becomes visible to all. */
void model_flush_one(struct model_state *s, struct store_buffer *own)
{
	s->cells[own->stores[0] >> 4] = own->stores[0] & 15;
	own->n--;
	memmove(own->stores, own->stores + 1, own->n);
	own->stores[own->n] = 0;
}

bool model_bell_has_rings(const struct model_state *s)
{
	return s->bell_producer != model_load(s, &s->reader.buffer, MODEL_BELL_CONSUMER);
}

struct model_state model_start(const struct model *m)
{
	struct model_state s;

	memset(&s, 0, sizeof(s)); /* the reader's first step too */
	for (int i = 0; i < m->cpus; i++)
		model_cpu_begin(m, &s.cpus[i]);
	return s;
}

void model_next(const struct model *m, const struct model_state *from, model_found *found,
		void *context)
{
	struct model_state s = *from;

	for (int i = 0; i < m->cpus; i++)
		model_cpu_next(m, from, i, found, context);
	model_reader_next(m, from, found, context);
	if (from->irq_pending) {
		s.irq_pending = 0;
		s.ready = s.watched;
		found(&s, context);
	}
}

bool model_is_lost(const struct model *m, const struct model_state *s)
{
	bool waits = false;

	if (!model_reader_sleeps(s) || s->irq_pending || (s->ready && model_bell_has_rings(s)))
		return false;
	for (int i = 0; i < m->cpus; i++) {
		if (s->cpus[i].done != m->events || s->cpus[i].buffer.n)
			return false;
		waits |= s->cells[MODEL_COMMITTED + i] != s->reader.taken[i];
	}
	return waits;
}

void model_print(const struct model *m, const struct model_state *s)
{
	static const char *const words[] = { "PLAIN", "NEVER", "HALF", "NEXT" };

	printf("# wakeup %-5s doorbell %d-%d%s%s |", words[s->cells[MODEL_WAKEUP]],
	       s->cells[MODEL_BELL_CONSUMER], s->bell_producer, s->irq_pending ? " irq" : "",
	       s->ready ? " ready" : "");
	for (int i = 0; i < m->cpus; i++)
		printf(" CPU %d: %d events%s, %s |", i, s->cells[MODEL_COMMITTED + i],
		       s->cpus[i].buffer.n ? " (stores)" : "", model_cpu_step_name(m, &s->cpus[i]));
	printf(" reader: %s%s\n", model_reader_step_name(&s->reader),
	       s->reader.buffer.n ? " (stores)" : "");
}
