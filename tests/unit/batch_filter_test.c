// SPDX-License-Identifier: BSD-2-Clause
/* batch.c with a filter: what is left in the batch, and what goes back to the ring buffers when. */
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>

#include "reader/batch.h"
#include "tests/unit/fake_ring.h"

enum { RINGS = 3, CAPLEN = 1, RECORD = RING_RECORD_BYTES + 8, ROUNDS = 2000, EVENTS_MAX = 24 };

static struct fake_ring fakes[RINGS];
static struct source source;
static struct sources sources = { .list = &source, .n = 1 };
static struct batch batch;
static struct filter *odd;

static int open_rings(void **state)
{
	(void)state;
	source = fake_source_open(fakes, RINGS, 0);
	return batch_open(&batch, &sources);
}

static int close_rings(void **state)
{
	(void)state;
	batch_close(&batch);
	fake_source_close(&source, fakes);
	return 0;
}

/* The only captured byte of an event is its time. */
static int compile(void **state)
{
	struct reason reason;

	(void)state;
	return filter_compile(&odd, "ether[0] & 1 = 1", &reason);
}

static int release(void **state)
{
	(void)state;
	filter_free(odd);
	return 0;
}

static void put(int ring, uint64_t ts_ns)
{
	struct fake_ring *f = &fakes[ring];

	fake_ring_commit_packet(f, fake_ring_reserve_packet(f, CAPLEN), ts_ns, CAPLEN);
}

/* What is left of one batch: "0:5 2:7 " is an event of ring 0 at time 5, then one of ring 2. */
static const char *filtered(size_t max)
{
	static char text[16 * BATCH_MAX];
	char *p = text;

	batch_fill(&batch, BATCH_MAX);
	batch_filter(&batch, odd, max);
	*p = '\0';
	for (size_t i = 0; i < batch.n; i++)
		p += sprintf(p, "%d:%d ", (int)(batch.entries[i].ring - source.rings),
			     (int)batch.entries[i].packet.event->ts_ns);
	return text;
}

static void assert_consumed(unsigned long a, unsigned long b, unsigned long c)
{
	assert_int_equal(*fakes[0].consumer, a * RECORD);
	assert_int_equal(*fakes[1].consumer, b * RECORD);
	assert_int_equal(*fakes[2].consumer, c * RECORD);
}

static void put_nine(void)
{
	for (uint64_t ts = 1; ts <= 9; ts++)
		put(ts % RINGS, ts);
}

static void matches_are_left_in_order(void **state)
{
	(void)state;
	put_nine();
	assert_string_equal(filtered(BATCH_MAX), "1:1 0:3 2:5 1:7 0:9 ");
	assert_int_equal(batch_filtered(&batch, batch.n), 4);
	assert_false(batch.more);
	batch_release(&batch, batch.n);
	assert_consumed(3, 3, 3);
	assert_string_equal(filtered(BATCH_MAX), "");
	assert_int_equal(batch_filtered(&batch, 0), 0);
}

/* A write may fail after any packet: then what did not match goes with the match before it. */
static void release_of_a_part(void **state)
{
	static const struct {
		size_t n, filtered;
		unsigned long consumed[RINGS];
	} rows[] = {
		{ 0, 0, { 0, 0, 0 } }, { 1, 1, { 0, 1, 1 } }, { 2, 2, { 1, 2, 1 } },
		{ 3, 3, { 2, 2, 2 } }, { 4, 4, { 2, 3, 3 } },
	};

	(void)state;
	put_nine();
	assert_string_equal(filtered(BATCH_MAX), "1:1 0:3 2:5 1:7 0:9 ");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(batch_filtered(&batch, rows[i].n), rows[i].filtered);
		batch_release(&batch, rows[i].n);
		assert_consumed(rows[i].consumed[0], rows[i].consumed[1], rows[i].consumed[2]);
	}
}

/* With -c: nothing after the last packet that is shown is read. */
static void what_follows_the_last_is_given_back(void **state)
{
	(void)state;
	put_nine();
	assert_string_equal(filtered(2), "1:1 0:3 ");
	assert_true(batch.more);
	assert_int_equal(batch_filtered(&batch, batch.n), 1);
	batch_release(&batch, batch.n);
	assert_consumed(1, 1, 1);
	assert_string_equal(filtered(1), "2:5 ");
	batch_release(&batch, batch.n);
	assert_consumed(1, 2, 2);
	assert_string_equal(filtered(2), "1:7 0:9 ");
	assert_false(batch.more);
	batch_release(&batch, batch.n);
	assert_consumed(3, 3, 3);
}

static void nothing_matches(void **state)
{
	const uint64_t junk = 0;

	(void)state;
	put(0, 2);
	put(1, 4);
	fake_ring_put(&fakes[2], sizeof(junk) | BPF_RINGBUF_DISCARD_BIT, &junk, sizeof(junk));
	assert_string_equal(filtered(1), "");
	assert_int_equal(batch_filtered(&batch, 0), 2);
	batch_release(&batch, 0);
	for (int i = 0; i < RINGS; i++)
		assert_int_equal(*fakes[i].consumer, *fakes[i].producer);
}

static void a_full_batch(void **state)
{
	(void)state;
	for (uint64_t ts = 1; ts <= BATCH_MAX + 10; ts++)
		put(0, ts);
	filtered(BATCH_MAX);
	assert_int_equal(batch.n, BATCH_MAX / 2);
	assert_int_equal(batch_filtered(&batch, batch.n), BATCH_MAX / 2);
	assert_true(batch.more);
	batch_release(&batch, batch.n);
	assert_consumed(BATCH_MAX, 0, 0);
}

/* Whatever comes in whatever ring: all events before the first one that was not shown are gone. */
static void round_of_random_events(unsigned int seed)
{
	unsigned long put_into[RINGS] = { 0 }, done[RINGS] = { 0 };
	size_t events = (size_t)rand() % EVENTS_MAX, max = 1 + (size_t)rand() % 8, n, matches = 0;
	uint64_t ts_ns[EVENTS_MAX];
	int ring[EVENTS_MAX];

	for (size_t i = 0; i < events; i++) {
		ring[i] = rand() % RINGS;
		ts_ns[i] = 4 * (i + 1) + (uint64_t)rand() % 2;
		put(ring[i], ts_ns[i]);
		put_into[ring[i]]++;
	}
	filtered(max);
	n = (size_t)rand() % (batch.n + 1);
	/* All that is in the batch: as far as the max-th match. */
	for (size_t i = 0; i < events && !(n == batch.n && matches == max); i++) {
		matches += ts_ns[i] & 1;
		if (matches > n)
			break;
		done[ring[i]]++;
	}
	batch_release(&batch, n);
	for (int i = 0; i < RINGS; i++)
		if (*fakes[i].consumer != done[i] * RECORD)
			fail_msg(
				"seed %u: ring %d: %lu bytes of %lu records are consumed, not %lu records",
				seed, i, *fakes[i].consumer, put_into[i], done[i]);
}

static void random_events(void **state)
{
	(void)state;
	for (unsigned int seed = 0; seed < ROUNDS; seed++) {
		srand(seed);
		open_rings(NULL);
		round_of_random_events(seed);
		close_rings(NULL);
	}
}

#define batch_test(f) cmocka_unit_test_setup_teardown(f, open_rings, close_rings)

int main(void)
{
	const struct CMUnitTest tests[] = {
		batch_test(matches_are_left_in_order),
		batch_test(release_of_a_part),
		batch_test(what_follows_the_last_is_given_back),
		batch_test(nothing_matches),
		batch_test(a_full_batch),
		cmocka_unit_test(random_events),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, compile, release);
}
