// SPDX-License-Identifier: BSD-2-Clause
/* The reader of wakeup_model.h: what reader/wakeup.c and capture.c do, step by step. */
#include <string.h>

#include "tests/unit/wakeup_model.h"

/* The reader's: source_open(), drain() and rest() of capture.c. */
enum {
	OPEN_NEVER,
	OPEN_WATCH,
	DRAIN,
	POLL,
	EARLY_LOOK,
	BEGIN_EMPTY,
	BEGIN,
	FENCE,
	LOOK,
	LATE_EMPTY,
	WAIT,
	END,
};

static const char *const steps[] = {
	"open: set NEVER", "open: watch", "drain", "poll",           "look", "empty doorbell",
	"set wakeup",      "fence",       "look",  "empty doorbell", "wait", "set NEVER",
};

static bool empty_bell(struct model_state *s)
{
	return model_store(&s->reader.buffer, MODEL_BELL_CONSUMER, s->bell_producer);
}

/* On to the next ring, and after the last one to the step `then`. */
static void next_ring(const struct model *m, struct model_reader *r, int then)
{
	if (++r->ring == m->cpus) {
		r->ring = 0;
		r->at = (uint8_t)then;
	}
}

static void look(const struct model *m, struct model_state *s, int then)
{
	struct model_reader *r = &s->reader;

	if (model_load(s, &r->buffer, MODEL_COMMITTED + r->ring) != r->taken[r->ring])
		r->due = 1;
	next_ring(m, r, then);
}

static void stop_waiting(struct model_state *s)
{
	s->ready = 0;
	s->reader.due = 0;
	s->reader.when = 0;
	s->reader.at = END;
}

/* One step of the reader in place. Returns whether it could be made. */
static bool step(const struct model *m, struct model_state *s)
{
	struct model_reader *r = &s->reader;

	switch (r->at) {
	case OPEN_NEVER:
		r->at = OPEN_WATCH;
		return model_store(&r->buffer, MODEL_WAKEUP, XDPTAP_WAKEUP_NEVER);
	case OPEN_WATCH:
		s->watched = 1;
		s->ready = model_bell_has_rings(s);
		r->at = DRAIN;
		return true;
	case DRAIN:
		r->taken[r->ring] = model_load(s, &r->buffer, MODEL_COMMITTED + r->ring);
		next_ring(m, r, POLL);
		return true;
	case POLL: /* it has not caught up */
		s->ready = 0;
		r->at = DRAIN;
		return true;
	case EARLY_LOOK:
		look(m, s, BEGIN_EMPTY);
		return true;
	case BEGIN_EMPTY:
		r->at = BEGIN;
		return m->fault == READER_EMPTIES_BELL_AFTER_LOOK || empty_bell(s);
	case BEGIN:
		r->at = FENCE;
		return model_store(&r->buffer, MODEL_WAKEUP, r->when);
	case FENCE:
		r->at = m->fault == READER_LOOKS_BEFORE_WORD ? WAIT : LOOK;
		return m->fault == READER_HAS_NO_FENCE || r->buffer.n == 0;
	case LOOK:
		look(m, s, m->fault == READER_EMPTIES_BELL_AFTER_LOOK ? LATE_EMPTY : WAIT);
		return true;
	case LATE_EMPTY:
		r->at = WAIT;
		return empty_bell(s);
	case WAIT:
		if (!s->ready)
			return false;
		/* epoll asks the ring once more before it says so. */
		if (model_bell_has_rings(s))
			stop_waiting(s);
		s->ready = 0;
		return true;
	case END:
		r->at = DRAIN;
		return model_store(&r->buffer, MODEL_WAKEUP, XDPTAP_WAKEUP_NEVER);
	}
	return false;
}

/* It has caught up: to sleep without limit or for a fixed time. */
static void begin_rest(const struct model *m, struct model_state *s, enum xdptap_wakeup when)
{
	s->reader.when = (uint8_t)when;
	s->reader.at = m->fault == READER_LOOKS_BEFORE_WORD ? EARLY_LOOK : BEGIN_EMPTY;
}

/* Its stores become visible all the same; the next one starts from what it gave back. */
static void kill_reader(struct model_state *s)
{
	struct model_reader old = s->reader;

	while (s->reader.buffer.n)
		model_flush_one(s, &s->reader.buffer);
	memset(&s->reader, 0, sizeof(s->reader));
	memcpy(s->reader.taken, old.taken, sizeof(old.taken));
	s->reader.kills = old.kills + 1;
	s->reader.at = OPEN_NEVER;
	s->watched = s->ready = 0;
}

/* What it may do instead of step(). */
static void decide_otherwise(const struct model *m, const struct model_state *from,
			     model_found *found, void *context)
{
	struct model_state s = *from;

	switch (from->reader.at) {
	case DRAIN: /* batch.c does not take all that it could */
		next_ring(m, &s.reader, POLL);
		found(&s, context);
		break;
	case POLL:
		begin_rest(m, &s, XDPTAP_WAKEUP_NEXT);
		found(&s, context);
		s = *from;
		begin_rest(m, &s, XDPTAP_WAKEUP_HALF);
		found(&s, context);
		break;
	case WAIT: /* the time is over, it is due at once, or a timer has other news */
		stop_waiting(&s);
		found(&s, context);
		break;
	}
}

void model_reader_next(const struct model *m, const struct model_state *from, model_found *found,
		       void *context)
{
	struct model_state s = *from;

	if (step(m, &s))
		found(&s, context);
	decide_otherwise(m, from, found, context);
	if (from->reader.buffer.n) {
		s = *from;
		model_flush_one(&s, &s.reader.buffer);
		found(&s, context);
	}
	if (from->reader.kills < m->kills) {
		s = *from;
		kill_reader(&s);
		found(&s, context);
	}
}

bool model_reader_sleeps(const struct model_state *s)
{
	const struct model_reader *r = &s->reader;

	return r->at == WAIT && r->when == XDPTAP_WAKEUP_NEXT && !r->due && !r->buffer.n;
}

const char *model_reader_step_name(const struct model_reader *r)
{
	return steps[r->at];
}
