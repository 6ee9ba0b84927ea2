/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The need-wakeup protocol of bpf/wakeup.h and reader/wakeup.c as a state machine,
 * of which all states that there are can be gone through. A CPU's writes wait in
 * a store buffer and come out in order (TSO); loads see the own ones.
 *
 * An event is there once it is committed. That the reader sees its place before,
 * and so does not sleep, adds nothing to a reader that may have other news, of a
 * timer say, at any moment.
 */
#ifndef XDPTAP_TEST_WAKEUP_MODEL_H
#define XDPTAP_TEST_WAKEUP_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi.h"

enum { MODEL_CPUS_MAX = 3, MODEL_STORES_MAX = 4 };

/* Memory: what is written without a lock. What a CPU has committed is a number of events. */
enum { MODEL_WAKEUP, MODEL_BELL_CONSUMER, MODEL_COMMITTED };

/* What is to be gone through, and what is wrong with it. */
struct model {
	int cpus;
	int events; /* of each CPU */
	int bells;  /* that the doorbell has room for */
	int kills;  /* of the reader, after which a new one opens */
	enum {
		SOUND,
		COMMIT_IS_NO_BARRIER,
		WORD_READ_BEFORE_COMMIT,
		RINGS_BEFORE_WORD_IS_NEVER,
		READER_HAS_NO_FENCE,
		READER_LOOKS_BEFORE_WORD,
		READER_EMPTIES_BELL_AFTER_LOOK,
	} fault;
};

struct store_buffer {
	uint8_t n;
	uint8_t stores[MODEL_STORES_MAX]; /* cell << 4 | value, the oldest first */
};

/* Bytes only, and all of them set: two states are the same if their bytes are. */
struct model_state {
	uint8_t cells[MODEL_COMMITTED + MODEL_CPUS_MAX];
	uint8_t bell_producer;
	/* The doorbell's end in epoll: on its list, on its list of what is ready. */
	uint8_t watched, ready;
	uint8_t irq_pending; /* somebody has rung, epoll does not know yet */

	struct model_cpu {
		uint8_t at, done, wakeup;
		struct store_buffer buffer;
	} cpus[MODEL_CPUS_MAX];

	struct model_reader {
		uint8_t at, ring, when, due, kills;
		uint8_t taken[MODEL_CPUS_MAX]; /* in the ring, so it outlives a reader */
		struct store_buffer buffer;
	} reader;
	uint8_t zero[2];
};

_Static_assert(sizeof(struct model_state) % sizeof(uint64_t) == 0, "whole words, to be hashed");

/* Takes a state that can come next. */
typedef void model_found(const struct model_state *next, void *context);

/* The one state at the start: no reader yet, and no event. */
struct model_state model_start(const struct model *m);

/* Calls found() for each state that can come next. */
void model_next(const struct model *m, const struct model_state *s, model_found *found,
		void *context);

/* Events wait, the reader sleeps, and there is nothing under way that wakes it. */
bool model_is_lost(const struct model *m, const struct model_state *s);

/* Prints the state as a line of a comment in TAP. */
void model_print(const struct model *m, const struct model_state *s);

/* Memory as its owner sees it. To store fails while the buffer is full. */
uint8_t model_load(const struct model_state *s, const struct store_buffer *own, int cell);
bool model_store(struct store_buffer *own, int cell, int value);
void model_flush_one(struct model_state *s, struct store_buffer *own);
bool model_bell_has_rings(const struct model_state *s); /* as the reader sees it */

/* The program on one CPU, in wakeup_model_cpu.c. */
void model_cpu_begin(const struct model *m, struct model_cpu *cpu);
void model_cpu_next(const struct model *m, const struct model_state *from, int i,
		    model_found *found, void *context);
const char *model_cpu_step_name(const struct model *m, const struct model_cpu *cpu);

/* The reader, in wakeup_model_reader.c. */
void model_reader_next(const struct model *m, const struct model_state *from, model_found *found,
		       void *context);
bool model_reader_sleeps(const struct model_state *s);
const char *model_reader_step_name(const struct model_reader *r);

#endif
