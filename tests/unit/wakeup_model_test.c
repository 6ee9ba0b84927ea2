// SPDX-License-Identifier: BSD-2-Clause
/*
 * That no wake-up is lost: all states which the program on one to three CPUs and
 * a reader, killed and started again at any moment, can bring about. And that
 * this would find out: each thing that the protocol rests on is left out once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/wakeup_model.h"

/* A state that was reached, and from which other. */
struct reached {
	struct model_state state;
	uint32_t from;
};

/* All that were reached, in that order; `slots` finds them by their bytes. */
static struct {
	struct reached *states;
	uint32_t n, room, current;
	uint32_t *slots; /* index + 1; 0: free */
	size_t n_slots;
} all;

static uint64_t hash(const struct model_state *s)
{
	uint64_t h = 0, word;

	for (size_t i = 0; i < sizeof(*s); i += sizeof(word)) {
		memcpy(&word, (const uint8_t *)s + i, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	return h;
}

/* Where it is, or would be. */
static uint32_t *slot_of(const struct model_state *s)
{
	size_t i = hash(s) & (all.n_slots - 1);

	while (all.slots[i] && memcmp(&all.states[all.slots[i] - 1].state, s, sizeof(*s)))
		i = (i + 1) & (all.n_slots - 1);
	return &all.slots[i];
}

static void grow(void)
{
	all.room = all.room ? 2 * all.room : 1 << 16;
	all.states = realloc(all.states, all.room * sizeof(*all.states));
	free(all.slots);
	all.n_slots = 4 * (size_t)all.room;
	all.slots = calloc(all.n_slots, sizeof(*all.slots));
	assert_non_null(all.states);
	assert_non_null(all.slots);
	for (uint32_t i = 0; i < all.n; i++)
		*slot_of(&all.states[i].state) = i + 1;
}

static void add(const struct model_state *s, void *context)
{
	uint32_t *slot;

	(void)context;
	if (all.n == all.room)
		grow();
	slot = slot_of(s);
	if (*slot)
		return;
	all.states[all.n] = (struct reached){ .state = *s, .from = all.current };
	*slot = ++all.n;
}

static void print_way_to(const struct model *m, uint32_t i)
{
	if (i)
		print_way_to(m, all.states[i].from);
	model_print(m, &all.states[i].state);
}

/* Returns whether a wake-up can be lost; prints how if `explain`. */
static bool loses(const struct model *m, bool explain)
{
	struct model_state start = model_start(m);
	bool lost = false;

	memset(&all, 0, sizeof(all));
	add(&start, NULL);
	for (all.current = 0; all.current < all.n && !lost; all.current++) {
		/* A copy: the array may move. */
		struct model_state s = all.states[all.current].state;

		lost = model_is_lost(m, &s);
		if (lost && explain)
			print_way_to(m, all.current);
		if (!lost)
			model_next(m, &s, add, NULL);
	}
	print_message("# %d CPU%s, %d event%s each, %d doorbell%s, %d kill%s: %u states%s\n",
		      m->cpus, m->cpus == 1 ? "" : "s", m->events, m->events == 1 ? "" : "s",
		      m->bells, m->bells == 1 ? "" : "s", m->kills, m->kills == 1 ? "" : "s", all.n,
		      lost ? ", a wake-up is lost" : "");
	free(all.states);
	free(all.slots);
	return lost;
}

static void assert_sound(int cpus, int events, int bells, int kills)
{
	const struct model m = { .cpus = cpus, .events = events, .bells = bells, .kills = kills };

	assert_false(loses(&m, true));
}

static void no_wake_up_is_lost(void **state)
{
	(void)state;
	assert_sound(1, 3, 4, 0);
	assert_sound(2, 2, 4, 0);
	assert_sound(3, 1, 4, 0);
}

static void nor_if_the_reader_is_killed(void **state)
{
	(void)state;
	assert_sound(1, 3, 4, 2);
	assert_sound(2, 1, 4, 2);
}

/* A full doorbell has been rung since the reader emptied it, just before its sleep. */
static void nor_if_the_bell_has_room_for_one_only(void **state)
{
	(void)state;
	assert_sound(1, 4, 1, 1);
	assert_sound(2, 2, 1, 1);
}

static void finds(int fault)
{
	const struct model m = { .cpus = 1, .events = 3, .bells = 4, .fault = fault };

	assert_true(loses(&m, false));
}

static void finds_a_commit_that_is_no_barrier(void **state)
{
	(void)state;
	finds(COMMIT_IS_NO_BARRIER);
}

static void finds_a_state_that_is_read_before_the_commit(void **state)
{
	(void)state;
	finds(WORD_READ_BEFORE_COMMIT);
}

static void finds_a_state_that_is_set_after_ringing(void **state)
{
	(void)state;
	finds(RINGS_BEFORE_WORD_IS_NEVER);
}

static void finds_a_reader_without_a_fence(void **state)
{
	(void)state;
	finds(READER_HAS_NO_FENCE);
}

static void finds_a_reader_that_looks_first(void **state)
{
	(void)state;
	finds(READER_LOOKS_BEFORE_WORD);
}

static void finds_a_reader_that_empties_the_bell_too_late(void **state)
{
	(void)state;
	finds(READER_EMPTIES_BELL_AFTER_LOOK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_wake_up_is_lost),
		cmocka_unit_test(nor_if_the_reader_is_killed),
		cmocka_unit_test(nor_if_the_bell_has_room_for_one_only),
		cmocka_unit_test(finds_a_commit_that_is_no_barrier),
		cmocka_unit_test(finds_a_state_that_is_read_before_the_commit),
		cmocka_unit_test(finds_a_state_that_is_set_after_ringing),
		cmocka_unit_test(finds_a_reader_without_a_fence),
		cmocka_unit_test(finds_a_reader_that_looks_first),
		cmocka_unit_test(finds_a_reader_that_empties_the_bell_too_late),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
