// SPDX-License-Identifier: BSD-2-Clause
/* batch.c: the events of several rings in the order of time, and giving them back. */
#include <linux/bpf.h>
#include <stdio.h>
#include <time.h>

#include "reader/batch.h"
#include "tests/unit/fake_ring.h"

/* Two sources, of two rings and one: ring 2 is the second source's. */
enum { RINGS = 3, FIRST_HAS = 2, SOURCES = 2 };

static struct fake_ring fakes[RINGS];
static struct source list[SOURCES];
static struct sources sources = { .list = list, .n = SOURCES };
static struct batch batch;

static int open_rings(void **state)
{
	(void)state;
	list[0] = fake_source_open(fakes, FIRST_HAS, 0);
	list[1] = fake_source_open(fakes + FIRST_HAS, RINGS - FIRST_HAS, 0);
	return batch_open(&batch, &sources);
}

static int close_rings(void **state)
{
	(void)state;
	batch_close(&batch);
	fake_source_close(&list[0], fakes);
	fake_source_close(&list[1], fakes + FIRST_HAS);
	return 0;
}

/* The number of the ring that an entry is from. */
static int ring_of(const struct batch_entry *e)
{
	int in_source = (int)(e->ring - e->source->rings);

	return e->source == &list[0] ? in_source : FIRST_HAS + in_source;
}

static char filled_text[16 * BATCH_MAX];

/* What one call takes: "0:5 2:7 " is an event of ring 0 at time 5, then one of ring 2. */
static const char *filled(size_t max)
{
	char *p = filled_text;

	batch_fill(&batch, max);
	*p = '\0';
	for (size_t i = 0; i < batch.n; i++)
		p += sprintf(p, "%d:%d ", ring_of(&batch.entries[i]),
			     (int)batch.entries[i].packet.event->ts_ns);
	return filled_text;
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
	enum { MANY = 8, EACH = FAKE_RING_BYTES / RING_RECORD_BYTES };
	static struct fake_ring all[MANY];
	struct source many = fake_source_open(all, MANY, 0);
	struct sources only = { .list = &many, .n = 1 };
	size_t total = 0;
	int empty = 0;

	(void)state;
	batch_close(&batch);
	assert_int_equal(batch_open(&batch, &only), 0);
	for (int i = 0; i < MANY * EACH; i++)
		fake_ring_put_event(&all[i % MANY], 1);
	while (empty < 2) {
		batch_fill(&batch, SIZE_MAX);
		assert_in_range(batch.n, 0, BATCH_MAX);
		batch_release(&batch, batch.n);
		total += batch.n;
		empty = batch.n ? 0 : empty + 1;
	}
	assert_int_equal(total, MANY * EACH);
	fake_source_close(&many, all);
}

static void release_of_a_part(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[0], 1);
	fake_ring_put_event(&fakes[1], 2);
	fake_ring_put_event(&fakes[0], 3);
	fake_ring_put_event(&fakes[1], 4);
	assert_string_equal(filled(BATCH_MAX), "0:1 1:2 0:3 1:4 ");
	batch_release(&batch, 0);
	assert_int_equal(*fakes[0].consumer, 0);
	batch_release(&batch, 3);
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
	batch_release(&batch, 1);
	assert_int_equal(*fakes[0].consumer, *fakes[0].producer);
	assert_int_equal(*fakes[1].consumer, *fakes[1].producer);
}

/* With one ring there is nothing to wait for. */
static void one_ring_alone_is_taken_at_once(void **state)
{
	struct fake_ring alone;
	struct source one = fake_source_open(&alone, 1, 0);
	struct sources only = { .list = &one, .n = 1 };

	(void)state;
	batch_close(&batch);
	assert_int_equal(batch_open(&batch, &only), 0);
	fake_ring_put_event(&alone, 5);
	fake_ring_put_event(&alone, 3);
	batch_fill(&batch, BATCH_MAX);
	assert_int_equal(batch.n, 2);
	assert_int_equal(batch.entries[0].packet.event->ts_ns, 5);
	assert_int_equal(batch.entries[1].end, 2 * RING_RECORD_BYTES);
	fake_source_close(&one, &alone);
}

/* It may be earlier than all the others, so they wait for it. */
static void an_event_in_writing_holds_up_the_others(void **state)
{
	unsigned long busy = fake_ring_reserve(&fakes[1]);

	(void)state;
	fake_ring_put_event(&fakes[0], 20);
	fake_ring_put_event(&fakes[2], 5);
	assert_string_equal(filled(BATCH_MAX), "");
	assert_string_equal(filled(BATCH_MAX), "");
	fake_ring_commit(&fakes[1], busy, 10);
	assert_string_equal(filled(BATCH_MAX), "2:5 1:10 0:20 ");
}

/* It was stamped before the clock was set back; else it would block its ring until then. */
static void what_is_in_the_future_goes_first(void **state)
{
	struct timespec now;
	uint64_t now_ns;

	(void)state;
	clock_gettime(CLOCK_TAI, &now);
	now_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	fake_ring_put_event(&fakes[0], now_ns + 3600 * UINT64_C(1000000000));
	fake_ring_put_event(&fakes[0], now_ns);
	fake_ring_put_event(&fakes[1], now_ns - 1);
	fake_ring_put_event(&fakes[1], now_ns + 1);
	fake_ring_put_event(&fakes[2], now_ns + 1800 * UINT64_C(1000000000));
	filled(BATCH_MAX);
	assert_int_equal(batch.n, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(ring_of(&batch.entries[i]), "20101"[i] - '0');
}

static void an_event_that_is_taken_back_is_the_next_one(void **state)
{
	struct batch_entry e;

	(void)state;
	fake_ring_put_event(&fakes[0], 1);
	fake_ring_put_event(&fakes[0], 2);
	assert_string_equal(filled(BATCH_MAX), "0:1 0:2 ");
	e = batch.entries[1];
	ring_untake(e.ring, &e.packet, e.end);
	assert_string_equal(filled(BATCH_MAX), "0:2 ");
}

static void one_in_writing_behind_others_ends_the_batch(void **state)
{
	unsigned long busy;

	(void)state;
	fake_ring_put_event(&fakes[1], 10);
	busy = fake_ring_reserve(&fakes[1]);
	fake_ring_put_event(&fakes[0], 5);
	fake_ring_put_event(&fakes[0], 20);
	assert_string_equal(filled(BATCH_MAX), "0:5 1:10 ");
	fake_ring_commit(&fakes[1], busy, 15);
	assert_string_equal(filled(BATCH_MAX), "1:15 0:20 ");
}

/* As if it had been in writing for so long. */
static void pass_time(struct ring *ring)
{
	ring->busy_since_ns -= BATCH_HOLD_NS;
}

static void an_event_in_writing_for_long_holds_up_nobody(void **state)
{
	struct ring *stuck = &list[0].rings[1];
	unsigned long busy = fake_ring_reserve(&fakes[1]);

	(void)state;
	fake_ring_put_event(&fakes[1], 11);
	fake_ring_put_event(&fakes[0], 20);
	fake_ring_put_event(&fakes[2], 30);
	assert_string_equal(filled(BATCH_MAX), "");
	assert_true(batch.blocked);
	pass_time(stuck);
	assert_string_equal(filled(BATCH_MAX), "0:20 2:30 ");
	assert_false(batch.blocked);
	batch_release(&batch, batch.n);
	/* It is not what a gone source waits for, nor what wakes the reader. */
	assert_int_equal(list[0].aside, 1);
	assert_int_equal(source_pending(&list[0]), 0);
	assert_int_equal(source_pending_aside(&list[0]), 2 * RING_RECORD_BYTES);
	assert_false(source_due(&list[0], XDPTAP_WAKEUP_NEXT));
	assert_int_equal(*fakes[1].consumer, 0);
	/* The others stay in order. */
	fake_ring_put_event(&fakes[2], 50);
	fake_ring_put_event(&fakes[0], 40);
	assert_string_equal(filled(BATCH_MAX), "0:40 2:50 ");
	/* When it goes on, nothing is missing. */
	fake_ring_commit(&fakes[1], busy, 10);
	fake_ring_put_event(&fakes[0], 60);
	assert_string_equal(filled(BATCH_MAX), "1:10 1:11 0:60 ");
	assert_int_equal(list[0].aside, 0);
	assert_int_equal(source_pending(&list[0]), 0);
}

/* The others wait again for one that is in writing for the first time. */
static void a_ring_that_goes_on_is_waited_for_again(void **state)
{
	unsigned long busy = fake_ring_reserve(&fakes[1]);

	(void)state;
	fake_ring_put_event(&fakes[0], 20);
	filled(BATCH_MAX);
	pass_time(&list[0].rings[1]);
	assert_string_equal(filled(BATCH_MAX), "0:20 ");
	fake_ring_commit(&fakes[1], busy, 10);
	busy = fake_ring_reserve(&fakes[1]);
	fake_ring_put_event(&fakes[0], 40);
	assert_string_equal(filled(BATCH_MAX), "1:10 ");
	assert_string_equal(filled(BATCH_MAX), "");
	fake_ring_commit(&fakes[1], busy, 30);
	assert_string_equal(filled(BATCH_MAX), "1:30 0:40 ");
}

/* Without one that is complete behind it, too: it was discarded. */
static void a_discarded_event_takes_its_ring_back(void **state)
{
	unsigned long busy = fake_ring_reserve(&fakes[1]);

	(void)state;
	filled(BATCH_MAX);
	pass_time(&list[0].rings[1]);
	filled(BATCH_MAX);
	assert_int_equal(list[0].aside, 1);
	fake_ring_set_header(&fakes[1], busy,
			     (uint32_t)sizeof(struct packet_event) | BPF_RINGBUF_DISCARD_BIT);
	assert_string_equal(filled(BATCH_MAX), "");
	assert_int_equal(list[0].aside, 0);
	batch_release(&batch, 0);
	assert_int_equal(*fakes[1].consumer, RING_RECORD_BYTES);
}

/* While another ring is set aside, a source that is gone ends with what can be read. */
static void a_gone_source_does_not_wait_for_a_stuck_ring(void **state)
{
	(void)state;
	fake_ring_reserve(&fakes[1]);
	filled(BATCH_MAX);
	source_set_gone(&list[0], "gone");
	assert_false(source_end(&list[0]));
	pass_time(&list[0].rings[1]);
	filled(BATCH_MAX);
	assert_true(source_end(&list[0]));
}

static void a_broken_ring_does_not_stop_the_others(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[2], 1);
	fake_ring_put(&fakes[2], 8, "8 bytes", 8);
	fake_ring_put_event(&fakes[2], 3);
	fake_ring_put_event(&fakes[1], 2);
	fake_ring_put_event(&fakes[1], 4);
	assert_string_equal(filled(BATCH_MAX), "2:1 1:2 1:4 ");
	assert_int_equal(list[1].state, SOURCE_BROKEN);
	assert_int_equal(list[0].state, SOURCE_OPEN);
	fake_ring_put_event(&fakes[0], 5);
	assert_string_equal(filled(BATCH_MAX), "0:5 ");
}

static void positions_that_make_no_sense_break_a_source(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[2], 1);
	*fakes[1].producer = 3;
	assert_string_equal(filled(BATCH_MAX), "2:1 ");
	assert_int_equal(list[0].state, SOURCE_BROKEN);
	assert_int_equal(list[1].state, SOURCE_OPEN);
}

static void what_has_ended_is_left_alone(void **state)
{
	(void)state;
	fake_ring_put_event(&fakes[0], 1);
	fake_ring_put_event(&fakes[1], 3);
	fake_ring_put_event(&fakes[2], 2);
	source_set_broken(&list[0]);
	assert_true(source_end(&list[0]));
	assert_false(source_end(&list[0]));
	assert_string_equal(filled(BATCH_MAX), "2:2 ");
	batch_release(&batch, batch.n);
	assert_int_equal(*fakes[0].consumer, 0);
	assert_int_equal(*fakes[1].consumer, 0);
	assert_int_equal(*fakes[2].consumer, RING_RECORD_BYTES);
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
		batch_test(one_ring_alone_is_taken_at_once),
		batch_test(an_event_in_writing_holds_up_the_others),
		batch_test(one_in_writing_behind_others_ends_the_batch),
		batch_test(what_is_in_the_future_goes_first),
		batch_test(an_event_that_is_taken_back_is_the_next_one),
		batch_test(an_event_in_writing_for_long_holds_up_nobody),
		batch_test(a_ring_that_goes_on_is_waited_for_again),
		batch_test(a_discarded_event_takes_its_ring_back),
		batch_test(a_gone_source_does_not_wait_for_a_stuck_ring),
		batch_test(a_broken_ring_does_not_stop_the_others),
		batch_test(positions_that_make_no_sense_break_a_source),
		batch_test(what_has_ended_is_left_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
