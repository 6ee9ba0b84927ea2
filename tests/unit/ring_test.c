// SPDX-License-Identifier: BSD-2-Clause
/* ring.c against a ring in memory: wraps, busy and discarded records, nonsense. */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "reader/ring.h"
#include "tests/unit/fake_ring.h"

static struct fake_ring fake;
static struct ring ring;
static struct packet packet; /* that peek() found */

/* A ring whose positions start at `start`. */
static void open_at(unsigned long start)
{
	fake = fake_ring_open(start);
	ring = (struct ring)RING_CLOSED;
	assert_int_equal(ring_open(&ring, fake.fd, FAKE_RING_BYTES), 0);
}

static int open_fresh(void **state)
{
	(void)state;
	open_at(0);
	return 0;
}

static int close_both(void **state)
{
	(void)state;
	ring_close(&ring);
	fake_ring_close(&fake);
	return 0;
}

static void start_over_at(unsigned long start)
{
	close_both(NULL);
	open_at(start);
}

/* The time of the next event now, 0 if there is none. */
static uint64_t peek(void)
{
	assert_int_equal(ring_look(&ring), 0);
	assert_int_equal(ring_peek(&ring, &packet), 0);
	return packet.event ? packet.event->ts_ns : 0;
}

static unsigned long take(void)
{
	return ring_take(&ring, &packet);
}

static int peek_error(void)
{
	assert_int_equal(ring_look(&ring), 0);
	return ring_peek(&ring, &packet);
}

static void empty(void **state)
{
	(void)state;
	assert_int_equal(peek(), 0);
	assert_int_equal(ring_pending(&ring), 0);
}

static void in_order(void **state)
{
	(void)state;
	for (uint64_t ts = 1; ts <= 3; ts++)
		fake_ring_put_event(&fake, ts);
	assert_int_equal(ring_pending(&ring), 3 * RING_RECORD_BYTES);
	for (uint64_t ts = 1; ts <= 3; ts++) {
		assert_int_equal(peek(), ts);
		assert_int_equal(peek(), ts);
		assert_int_equal(take(), ts * RING_RECORD_BYTES);
	}
	assert_int_equal(peek(), 0);
	assert_int_equal(ring_pending(&ring), 0);
}

static void nothing_is_given_back_before_release(void **state)
{
	unsigned long end;

	(void)state;
	fake_ring_put_event(&fake, 1);
	fake_ring_put_event(&fake, 2);
	peek();
	end = take();
	peek();
	take();
	assert_int_equal(*fake.consumer, 0);
	ring_release(&ring, end);
	assert_int_equal(*fake.consumer, RING_RECORD_BYTES);
	ring_release(&ring, ring.next);
	assert_int_equal(*fake.consumer, 2 * RING_RECORD_BYTES);
}

static void goes_on_where_the_last_reader_stopped(void **state)
{
	(void)state;
	for (uint64_t ts = 1; ts <= 3; ts++)
		fake_ring_put_event(&fake, ts);
	peek();
	ring_release(&ring, take());
	peek();
	take(); /* but not released: it died */
	ring_close(&ring);
	assert_int_equal(ring_open(&ring, fake.fd, FAKE_RING_BYTES), 0);
	assert_int_equal(peek(), 2);
}

/* 64 divides the ring, so a record is shifted by one that is discarded. */
static void record_across_the_end(void **state)
{
	unsigned char junk[24] = { 0 };

	(void)state;
	start_over_at(FAKE_RING_BYTES - 64);
	fake_ring_put(&fake, sizeof(junk) | BPF_RINGBUF_DISCARD_BIT, junk, sizeof(junk));
	fake_ring_put_event(&fake, 7);
	fake_ring_put_event(&fake, 8);
	assert_int_equal(peek(), 7);
	assert_int_equal(take(), FAKE_RING_BYTES + 32);
	assert_int_equal(peek(), 8);
}

static void many_rounds(void **state)
{
	uint64_t written = 0, read = 0;

	(void)state;
	while (read < 10 * FAKE_RING_BYTES / RING_RECORD_BYTES) {
		while (*fake.producer - *fake.consumer < FAKE_RING_BYTES)
			fake_ring_put_event(&fake, ++written);
		assert_int_equal(ring_pending(&ring), FAKE_RING_BYTES);
		for (int i = 0; i < 50; i++) {
			assert_int_equal(peek(), ++read);
			take();
		}
		ring_release(&ring, ring.next);
	}
}

/* What comes after a look is there for the next one. */
static void sees_what_was_there_at_the_last_look(void **state)
{
	(void)state;
	fake_ring_put_event(&fake, 1);
	assert_int_equal(ring_peek(&ring, &packet), 0);
	assert_null(packet.event);
	assert_int_equal(peek(), 1);
	fake_ring_put_event(&fake, 2);
	take();
	assert_int_equal(ring_peek(&ring, &packet), 0);
	assert_null(packet.event);
	assert_int_equal(ring_pending(&ring), RING_RECORD_BYTES);
	assert_int_equal(ring_look(&ring), 0);
	assert_int_equal(ring.visible, 2 * RING_RECORD_BYTES);
}

/* Positions are of type unsigned long, and run over. */
static void positions_wrap(void **state)
{
	(void)state;
	start_over_at(-(unsigned long)RING_RECORD_BYTES);
	fake_ring_put_event(&fake, 1);
	fake_ring_put_event(&fake, 2);
	assert_int_equal(ring_pending(&ring), 2 * RING_RECORD_BYTES);
	assert_int_equal(peek(), 1);
	assert_int_equal(take(), 0);
	assert_int_equal(peek(), 2);
}

static void stops_at_a_busy_record(void **state)
{
	const uint32_t len = sizeof(struct packet_event);
	unsigned long busy;

	(void)state;
	fake_ring_put_event(&fake, 1);
	busy = fake_ring_put_event(&fake, 2);
	fake_ring_put_event(&fake, 3);
	fake_ring_set_header(&fake, busy, len | BPF_RINGBUF_BUSY_BIT);
	assert_int_equal(peek(), 1);
	take();
	assert_int_equal(peek(), 0);
	assert_int_equal(ring_pending(&ring), 2 * RING_RECORD_BYTES);
	fake_ring_set_header(&fake, busy, len);
	assert_int_equal(peek(), 2);
}

static void skips_discarded_records(void **state)
{
	unsigned char junk[100] = { 0 };

	(void)state;
	for (uint32_t size = 0; size < sizeof(junk); size++) {
		fake_ring_put(&fake, size | BPF_RINGBUF_DISCARD_BIT, junk, size);
		fake_ring_put(&fake, size | BPF_RINGBUF_DISCARD_BIT, junk, size);
		fake_ring_put_event(&fake, size + 1);
		assert_int_equal(peek(), size + 1);
		ring_release(&ring, take());
	}
	fake_ring_put(&fake, 5 | BPF_RINGBUF_DISCARD_BIT, junk, 5);
	assert_int_equal(peek(), 0);
	assert_int_equal(ring_pending(&ring), 0);
}

static void refuses_a_record_without_a_whole_event(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 8, 48, 55 };
	static const unsigned char bytes[56];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		start_over_at(0);
		fake_ring_put(&fake, sizes[i], bytes, sizes[i]);
		assert_int_equal(peek_error(), -EPROTO);
		assert_int_equal(peek_error(), -EPROTO);
	}
}

/* An event with caplen bytes after it, numbered from its time on. */
static void put_captured(uint64_t ts_ns, uint32_t caplen)
{
	static unsigned char record[sizeof(struct packet_event) + FAKE_RING_BYTES];
	const struct packet_event ev = { .ts_ns = ts_ns, .len = caplen };

	memcpy(record, &ev, sizeof(ev));
	for (uint32_t i = 0; i < caplen; i++)
		record[sizeof(ev) + i] = (unsigned char)(ts_ns + i);
	fake_ring_put(&fake, sizeof(ev) + caplen, record, sizeof(ev) + caplen);
}

static void captured_bytes(void **state)
{
	static const uint32_t snaplen = FAKE_RING_BYTES - RING_RECORD_BYTES;
	unsigned long ends[2];

	(void)state;
	for (uint32_t caplen = 0; caplen <= snaplen; caplen += caplen < 100 ? 1 : 61) {
		close_both(NULL);
		open_at(7 * 8);
		put_captured(1, caplen);
		assert_int_equal(ring_pending(&ring), ring_record_bytes(caplen));
		assert_int_equal(peek(), 1);
		assert_int_equal(packet.caplen, caplen);
		for (uint32_t i = 0; i < caplen; i++)
			assert_int_equal(packet_bytes(&packet)[i], (unsigned char)(1 + i));
		ends[0] = take();
		assert_int_equal(ends[0], *fake.producer);
		assert_int_equal(peek(), 0);
		if (ring_record_bytes(caplen) + ring_record_bytes(1) > FAKE_RING_BYTES)
			continue;
		put_captured(2, 1);
		assert_int_equal(peek(), 2);
		ends[1] = take();
		ring_untake(&ring, &packet, ends[1]);
		assert_int_equal(ring.next, ends[0]);
		assert_int_equal(peek(), 2);
		assert_int_equal(packet.caplen, 1);
	}
}

static void counts_what_waits(void **state)
{
	static const unsigned char junk[24];
	unsigned long busy;

	(void)state;
	close_both(NULL);
	open_at(0);
	assert_int_equal(ring_count(&ring, false, 100), 0);
	put_captured(1, 1000);
	put_captured(2, 0);
	fake_ring_put(&fake, sizeof(junk) | BPF_RINGBUF_DISCARD_BIT, junk, sizeof(junk));
	put_captured(3, 13);
	assert_int_equal(ring_count(&ring, false, 100), 3);
	peek();
	take();
	assert_int_equal(ring_count(&ring, false, 100), 2);
	busy = fake_ring_reserve(&fake);
	put_captured(5, 1);
	assert_int_equal(ring_count(&ring, false, 100), 2);
	fake_ring_commit(&fake, busy, 4);
	assert_int_equal(ring_count(&ring, false, 100), 4);
	assert_int_equal(ring_count(&ring, false, 3), 3);
	/* What can't be a record ends it, however long it claims to be. */
	fake_ring_set_header(&fake, busy, (1u << 30) - 1);
	assert_int_equal(ring_count(&ring, false, 100), 2);
}

/* Records of which each leads to itself at last: nothing walks along them for ever. */
static void counts_nothing_beyond_the_ring(void **state)
{
	(void)state;
	for (unsigned long pos = 0; pos < FAKE_RING_BYTES; pos += 8)
		fake_ring_set_header(&fake, pos, BPF_RINGBUF_DISCARD_BIT);
	*fake.producer = FAKE_RING_BYTES;
	assert_int_equal(ring_count(&ring, false, 100), 0);
	assert_int_equal(peek(), 0);
	*fake.producer = -8ul;
	assert_int_equal(ring_count(&ring, false, 100), 0);
	assert_int_equal(ring_count(&ring, true, 100), 0);
	assert_int_equal(ring_look(&ring), -EPROTO);
}

static void tells_how_long_a_record_is_busy(void **state)
{
	unsigned long busy = fake_ring_reserve(&fake);

	(void)state;
	assert_int_equal(peek(), 0);
	assert_int_equal(ring_wait(&ring, 1000), 0);
	assert_int_equal(ring_wait(&ring, 1700), 700);
	fake_ring_commit(&fake, busy, 5);
	fake_ring_reserve(&fake);
	assert_int_equal(peek(), 5);
	take();
	/* It is another one. */
	assert_int_equal(peek(), 0);
	assert_int_equal(ring_wait(&ring, 5000), 0);
	assert_int_equal(ring_wait(&ring, 5001), 1);
}

static void counts_events_without_walking(void **state)
{
	(void)state;
	fake_ring_put_event(&fake, 1);
	fake_ring_put_event(&fake, 2);
	assert_int_equal(ring_count(&ring, true, 1), 2);
}

/* A length that leads beyond what the producer has written. */
static void refuses_a_record_that_is_not_all_there(void **state)
{
	static const uint32_t lens[] = { 56, 57, 4096, 1u << 20, (1u << 30) - 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		start_over_at(0);
		fake_ring_set_header(&fake, 0, lens[i]);
		*fake.producer = 56;
		assert_int_equal(peek_error(), -EPROTO);
		fake_ring_set_header(&fake, 0, lens[i] | BPF_RINGBUF_DISCARD_BIT);
		assert_int_equal(peek_error(), -EPROTO);
	}
}

static void refuses_positions_that_make_no_sense(void **state)
{
	static const unsigned long producers[] = {
		4, 65, FAKE_RING_BYTES + 8, 1ul << 30, -8ul,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(producers) / sizeof(producers[0]); i++) {
		*fake.producer = producers[i];
		assert_int_equal(ring_look(&ring), -EPROTO);
	}
}

static void open_refuses_them_too(void **state)
{
	struct ring other = RING_CLOSED;

	(void)state;
	*fake.consumer = 8;
	assert_int_equal(ring_open(&other, fake.fd, FAKE_RING_BYTES), -EPROTO);
	*fake.consumer = 4;
	*fake.producer = 64;
	assert_int_equal(ring_open(&other, fake.fd, FAKE_RING_BYTES), -EPROTO);
	*fake.consumer = 0;
	assert_int_equal(ring_open(&other, fake.fd, 0), -EPROTO);
	assert_int_equal(ring_open(&other, fake.fd, FAKE_RING_BYTES - 1), -EPROTO);
	assert_int_equal(ring_open(&other, fake.fd, 3 * FAKE_RING_BYTES / 4), -EPROTO);
	assert_int_equal(ring_open(&other, -1, FAKE_RING_BYTES), -EBADF);
	assert_null(other.pages.consumer);
	ring_close(&other);
}

#define ring_test(f) cmocka_unit_test_setup_teardown(f, open_fresh, close_both)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ring_test(empty),
		ring_test(in_order),
		ring_test(nothing_is_given_back_before_release),
		ring_test(goes_on_where_the_last_reader_stopped),
		ring_test(record_across_the_end),
		ring_test(many_rounds),
		ring_test(sees_what_was_there_at_the_last_look),
		ring_test(positions_wrap),
		ring_test(stops_at_a_busy_record),
		ring_test(skips_discarded_records),
		ring_test(refuses_a_record_without_a_whole_event),
		ring_test(captured_bytes),
		ring_test(counts_what_waits),
		ring_test(counts_nothing_beyond_the_ring),
		ring_test(tells_how_long_a_record_is_busy),
		ring_test(counts_events_without_walking),
		ring_test(refuses_a_record_that_is_not_all_there),
		ring_test(refuses_positions_that_make_no_sense),
		ring_test(open_refuses_them_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
