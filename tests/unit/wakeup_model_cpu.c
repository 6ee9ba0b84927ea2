// SPDX-License-Identifier: BSD-2-Clause
/* The program of wakeup_model.h: what bpf/wakeup.h does, step by step. */
#include "tests/unit/wakeup_model.h"

/* The program's steps, for each event; those called early or late are faults. */
enum { EARLY_READ, COMMIT, READ_WORD, SET_NEVER, RING, LATE_NEVER };

static const char *const steps[] = {
	"read wakeup", "commit", "read wakeup", "set NEVER", "ring", "set NEVER",
};

void model_cpu_begin(const struct model *m, struct model_cpu *cpu)
{
	cpu->at = m->fault == WORD_READ_BEFORE_COMMIT ? EARLY_READ : COMMIT;
	cpu->wakeup = 0;
}

static void next_event(const struct model *m, struct model_cpu *cpu)
{
	cpu->done++;
	model_cpu_begin(m, cpu);
}

/* After the state was read: which wake-up the reader wants. */
static void answer(const struct model *m, struct model_cpu *cpu)
{
	if (cpu->wakeup <= XDPTAP_WAKEUP_NEVER)
		next_event(m, cpu);
	else
		cpu->at = m->fault == RINGS_BEFORE_WORD_IS_NEVER ? RING : SET_NEVER;
}

/* One step of CPU i in place. Returns whether it could be made. */
static bool step(const struct model *m, struct model_state *s, int i)
{
	struct model_cpu *cpu = &s->cpus[i];
	bool barrier = cpu->buffer.n == 0; /* what a locked instruction waits for */
	int number = cpu->done + 1;

	if (cpu->done == m->events)
		return false;
	switch (cpu->at) {
	case EARLY_READ:
		cpu->wakeup = model_load(s, &cpu->buffer, MODEL_WAKEUP);
		cpu->at = COMMIT;
		return true;
	case COMMIT:
		cpu->at = READ_WORD;
		if (m->fault == COMMIT_IS_NO_BARRIER)
			return model_store(&cpu->buffer, MODEL_COMMITTED + i, number);
		s->cells[MODEL_COMMITTED + i] = (uint8_t)number;
		if (m->fault == WORD_READ_BEFORE_COMMIT)
			answer(m, cpu);
		return barrier;
	case READ_WORD:
		cpu->wakeup = model_load(s, &cpu->buffer, MODEL_WAKEUP);
		answer(m, cpu);
		return true;
	case SET_NEVER:
		cpu->at = RING;
		return model_store(&cpu->buffer, MODEL_WAKEUP, XDPTAP_WAKEUP_NEVER);
	case RING:
		/* To reserve takes a lock; epoll is told by an interrupt. */
		if (s->bell_producer - s->cells[MODEL_BELL_CONSUMER] < m->bells) {
			s->bell_producer++;
			s->irq_pending = 1;
		}
		if (m->fault == RINGS_BEFORE_WORD_IS_NEVER)
			cpu->at = LATE_NEVER;
		else
			next_event(m, cpu);
		return barrier;
	case LATE_NEVER:
		next_event(m, cpu);
		return model_store(&cpu->buffer, MODEL_WAKEUP, XDPTAP_WAKEUP_NEVER);
	}
	return false;
}

/* Whether CPU i may also go by: the reader sleeps for a fixed time, and the ring is not half full.
 */
static bool may_skip_bell(const struct model_state *s, int i)
{
	return s->cpus[i].at == READ_WORD &&
	       model_load(s, &s->cpus[i].buffer, MODEL_WAKEUP) == XDPTAP_WAKEUP_HALF;
}

void model_cpu_next(const struct model *m, const struct model_state *from, int i,
		    model_found *found, void *context)
{
	struct model_state s = *from;

	if (step(m, &s, i))
		found(&s, context);
	if (may_skip_bell(from, i)) {
		s = *from;
		next_event(m, &s.cpus[i]);
		found(&s, context);
	}
	if (from->cpus[i].buffer.n) {
		s = *from;
		model_flush_one(&s, &s.cpus[i].buffer);
		found(&s, context);
	}
}

const char *model_cpu_step_name(const struct model *m, const struct model_cpu *cpu)
{
	return cpu->done == m->events ? "done" : steps[cpu->at];
}
