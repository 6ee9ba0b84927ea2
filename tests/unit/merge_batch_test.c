// SPDX-License-Identifier: BSD-2-Clause
/* batch.c: the events of several rings in the order of time, and giving them back. */
#include <linux/bpf.h>
#include <stdio.h>

#include "reader/batch.h"
#include "tests/unit/reader_fake_ring.h"

enum { RINGS = 3 };

static struct fake_ring fakes[RINGS];
static struct source sources[RINGS];
static struct batch batch;

static int open_rings(void **state)
{
	(void)state;
	for (int i = 0; i < RINGS; i++) {
		fakes[i] = fake_ring_open(0);
		sources[i] = (struct source)SOURCE_CLOSED;
		assert_int_equal(ring_open(&sources[i].ring, fakes[i].fd, FAKE_RING_BYTES), 0);
	}
	return 0;
}

static int close_rings(void **state)
{
	(void)state;
	for (int i = 0; i < RINGS; i++) {
		source_close(&sources[i]);
		fake_ring_close(&fakes[i]);
	}
	return 0;
}

/* What the batch holds: "0:5 2:7 " is an event of ring 0 at time 5, then one of ring 2. */
static const char *filled(size_t max)
{
	static char text[16 * BATCH_MAX];
	char *p = text;

	batch_fill(&batch, sources, RINGS, max);
	*p = '\0';
	for (size_t i = 0; i < batch.n; i++)
		p += sprintf(p, "%d:%d ", (int)(batch.entries[i].source - sources),
			     (int)batch.entries[i].event->ts_ns);
	return text;
}

static void nothing(void **state)
{
	(void)state;
	assert_string_equal(filled(BATCH_MAX), "");
}

static void by_time(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[0], 20);
	fake_ring_put_event(&fakes[0], 50);
	fake_ring_put_event(&fakes[1], 10);
	fake_ring_put_event(&fakes[1], 30);
	fake_ring_put_event(&fakes[1], 60);
	fake_ring_put_event(&fakes[2], 40);
	assert_string_equal(filled(BATCH_MAX), "1:10 0:20 1:30 2:40 0:50 1:60 ");
	assert_string_equal(filled(BATCH_MAX), "");
}

/* Two CPUs may put their events into one ring the other way round. */
static void each_ring_keeps_its_own_order(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[0], 30);
	fake_ring_put_event(&fakes[0], 10);
	fake_ring_put_event(&fakes[1], 20);
	assert_string_equal(filled(BATCH_MAX), "1:20 0:30 0:10 ");
}

static void at_the_same_time_in_the_order_of_the_command_line(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[2], 5);
	fake_ring_put_event(&fakes[1], 5);
	fake_ring_put_event(&fakes[0], 5);
	assert_string_equal(filled(BATCH_MAX), "0:5 1:5 2:5 ");
}

static void no_more_than_asked_for(void **state)
{
	(void)state;
	for (uint64_t ts = 1; ts <= 5; ts++)
		fake_ring_put_event(&fakes[ts % 2], ts);
	assert_string_equal(filled(2), "1:1 0:2 ");
	assert_string_equal(filled(0), "");
	assert_string_equal(filled(2), "1:3 0:4 ");
	assert_string_equal(filled(2), "1:5 ");
}

static void no_more_than_it_holds(void **state)
{
	static struct fake_ring all[8];
	static struct source many[8];
	size_t total = 0;

	(void)state;
	for (int i = 0; i < 8; i++) {
		all[i] = fake_ring_open(0);
		many[i] = (struct source)SOURCE_CLOSED;
		assert_int_equal(ring_open(&many[i].ring, all[i].fd, FAKE_RING_BYTES), 0);
		for (int j = 0; j < FAKE_RING_BYTES / RING_RECORD_BYTES; j++)
			fake_ring_put_event(&all[i], 1);
	}
	do {
		batch_fill(&batch, many, 8, SIZE_MAX);
		assert_in_range(batch.n, 0, BATCH_MAX);
		batch_release(&batch, many, 8, batch.n);
		total += batch.n;
	} while (batch.n);
	assert_int_equal(total, 8 * FAKE_RING_BYTES / RING_RECORD_BYTES);
	for (int i = 0; i < 8; i++) {
		source_close(&many[i]);
		fake_ring_close(&all[i]);
	}
}

static void release_of_a_part(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[0], 1);
	fake_ring_put_event(&fakes[1], 2);
	fake_ring_put_event(&fakes[0], 3);
	fake_ring_put_event(&fakes[1], 4);
	assert_string_equal(filled(BATCH_MAX), "0:1 1:2 0:3 1:4 ");
	batch_release(&batch, sources, RINGS, 0);
	assert_int_equal(*fakes[0].consumer, 0);
	batch_release(&batch, sources, RINGS, 3);
	assert_int_equal(*fakes[0].consumer, 2 * RING_RECORD_BYTES);
	assert_int_equal(*fakes[1].consumer, RING_RECORD_BYTES);
	assert_int_equal(*fakes[2].consumer, 0);
}

/* Else the kernel would go on saying that there is something to read. */
static void release_of_all_includes_what_was_discarded(void **state)
{
	const uint64_t junk = 0;

	(void)state;
	fake_ring_put_event(&fakes[0], 1);
	fake_ring_put(&fakes[0], sizeof(junk) | BPF_RINGBUF_DISCARD_BIT, &junk, sizeof(junk));
	fake_ring_put(&fakes[1], sizeof(junk) | BPF_RINGBUF_DISCARD_BIT, &junk, sizeof(junk));
	assert_string_equal(filled(BATCH_MAX), "0:1 ");
	batch_release(&batch, sources, RINGS, 1);
	assert_int_equal(*fakes[0].consumer, *fakes[0].producer);
	assert_int_equal(*fakes[1].consumer, *fakes[1].producer);
}

static void a_broken_ring_does_not_stop_the_others(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[0], 1);
	fake_ring_put(&fakes[0], 8, "8 bytes", 8);
	fake_ring_put_event(&fakes[0], 3);
	fake_ring_put_event(&fakes[1], 2);
	fake_ring_put_event(&fakes[1], 4);
	assert_string_equal(filled(BATCH_MAX), "0:1 1:2 1:4 ");
	assert_true(sources[0].broken);
	assert_false(sources[1].broken);
}

static void what_has_ended_is_left_alone(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[0], 1);
	fake_ring_put_event(&fakes[1], 2);
	sources[0].ended = true;
	assert_string_equal(filled(BATCH_MAX), "1:2 ");
	batch_release(&batch, sources, RINGS, batch.n);
	assert_int_equal(*fakes[0].consumer, 0);
}

#define batch_test(f) cmocka_unit_test_setup_teardown(f, open_rings, close_rings)

int main(void)
{
	const struct CMUnitTest tests[] = {
		batch_test(nothing),
		batch_test(by_time),
		batch_test(each_ring_keeps_its_own_order),
		batch_test(at_the_same_time_in_the_order_of_the_command_line),
		batch_test(no_more_than_asked_for),
		batch_test(no_more_than_it_holds),
		batch_test(release_of_a_part),
		batch_test(release_of_all_includes_what_was_discarded),
		batch_test(a_broken_ring_does_not_stop_the_others),
		batch_test(what_has_ended_is_left_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
