// SPDX-License-Identifier: BSD-2-Clause
/*
 * With a snaplen: the first bytes of the frame after its event, exactly those,
 * whatever the lengths; and all else as without. Run by `make test-bpf`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <netinet/in.h>

#include "bpf/capture.skel.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/check.h"

#define FULL XDPTAP_SNAPLEN_MAX

static struct frame frame, *f = &frame;

/* No two words of it are the same, so that a byte in a wrong place shows. */
static void fill_random(__u32 len)
{
	static __u32 state = 1;

	f->len = len;
	for (__u32 i = 0; i < len; i++) {
		state = state * 1664525 + 1013904223;
		f->data[i] = (__u8)(state >> 24);
	}
}

static void assert_bytes(const struct run_input *in, __u32 snaplen)
{
	__u32 caplen = in->len < snaplen ? in->len : snaplen;
	const __u8 *want = in->data, *got = run_bytes();

	for (__u32 i = 0; i < caplen; i++)
		if (got[i] != want[i])
			fail_msg(
				"frame of %u bytes (linear %u), snaplen %u: byte %u is %02x, not %02x",
				in->len, in->linear, snaplen, i, got[i], want[i]);
}

static void run_and_compare(const struct run_input *in, __u32 snaplen)
{
	run(in);
	assert_bytes(in, snaplen);
}

/* Each length up to 140, then those around the powers of two, the snaplen, and what is in place. */
static __u32 next_length(__u32 len, __u32 snaplen)
{
	for (len++; len <= FRAME_MAX; len++) {
		if (len <= 140 || (len >= 3518 && len <= 3522) || len == FRAME_MAX ||
		    (len + 2 >= snaplen && len <= snaplen + 2))
			break;
		for (__u32 power = 256; power <= FRAME_MAX; power *= 2)
			if (len + 2 >= power && len <= power + 2)
				return len;
	}
	return len;
}

static const __u32 snaplens[] = {
	1,    2,    7,    8,    9,    13,    14,    15,    16,     17,       31,   32,
	33,   59,   60,   63,   64,   65,    96,    127,   128,    129,      255,  256,
	257,  511,  512,  513,  999,  1023,  1024,  1025,  1032,   1499,     1500, 1501,
	2047, 2048, 2049, 4096, 9000, 32768, 65535, 65536, 131072, FULL - 1, FULL,
};

#define N_SNAPLENS (sizeof(snaplens) / sizeof(snaplens[0]))

static void bytes_are_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SNAPLENS; i++) {
		run_open_snaplen(0, snaplens[i]);
		for (__u32 len = RUN_MIN; len <= FRAME_MAX; len = next_length(len, snaplens[i])) {
			fill_random(len);
			run_and_compare(RUN_INPUT(f), snaplens[i]);
		}
		run_close(NULL);
	}
}

/* Slices that lie in the first buffer, in the others, and in both. */
static void wherever_the_first_buffer_ends(void **state)
{
	const __u32 of[] = { 14, 64, 100, 1500, FULL };
	const __u32 lengths[] = { 14, 15, 60, 64, 65, 127, 200, 1514, 3000 };

	(void)state;
	for (size_t s = 0; s < sizeof(of) / sizeof(of[0]); s++) {
		run_open_snaplen(0, of[s]);
		for (size_t i = 0; run_can_split() && i < sizeof(lengths) / sizeof(lengths[0]);
		     i++) {
			fill_random(lengths[i]);
			for (__u32 linear = 1; linear <= f->len; linear += f->len < 300 ? 1 : 13)
				run_and_compare(RUN_INPUT(f, .linear = linear), of[s]);
		}
		run_close(NULL);
	}
}

static void metadata_is_no_part_of_the_frame(void **state)
{
	(void)state;
	run_open_snaplen(0, 128);
	for (__u32 bytes = 4; bytes <= 32; bytes += 4) {
		fill_random(100);
		run_and_compare(RUN_INPUT(f, .metadata = bytes), 128);
		fill_random(200);
		run_and_compare(RUN_INPUT(f, .metadata = bytes), 128);
	}
	run_close(NULL);
}

/* Of the project's captures and those of others: what can be run. */
static size_t load_frames(struct run_input **inputs)
{
	const struct captured_frame *frames;
	size_t all = captures_load(&frames), n = 0;

	*inputs = calloc(all, sizeof(**inputs));
	assert_non_null(*inputs);
	for (size_t i = 0; i < all; i++) {
		if (frames[i].len < RUN_MIN || frames[i].len > FRAME_MAX)
			continue;
		(*inputs)[n].data = frames[i].data;
		(*inputs)[n++].len = frames[i].len;
	}
	print_message("# %zu of %zu captured frames\n", n, all);
	return n;
}

static void events_are_those_without_a_snaplen(void **state)
{
	const __u32 of[] = { 14, 60, 128, 1500, FULL };
	struct packet_event *events;
	struct run_input *inputs;
	size_t n = load_frames(&inputs);

	(void)state;
	events = calloc(n, sizeof(*events));
	assert_non_null(events);
	run_open(0);
	for (size_t i = 0; i < n; i++)
		events[i] = run(&inputs[i]);
	run_close(NULL);
	for (size_t s = 0; s < sizeof(of) / sizeof(of[0]); s++) {
		run_open_snaplen(0, of[s]);
		for (size_t i = 0; i < n; i++) {
			assert_run_gives(&inputs[i], &events[i]);
			assert_bytes(&inputs[i], of[s]);
		}
		run_close(NULL);
	}
	free(events);
	free(inputs);
}

static __u64 tai_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_TAI, &now);
	return (__u64)now.tv_sec * 1000000000 + (__u64)now.tv_nsec;
}

/* As clock_test.c has it for events alone: the check of the clock is one millisecond old at most.
 */
static void the_time_is_in_each_of_them(void **state)
{
	const __u32 lengths[] = { 14, 60, 200, 600, 1500, 9000 };

	(void)state;
	run_open_snaplen(0, 600);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		__u64 before, after;
		struct packet_event ev;

		fill_random(lengths[i]);
		before = tai_ns();
		ev = run(RUN_INPUT(f));
		after = tai_ns();
		assert_in_range(ev.ts_ns, before - 1000, after + 1000);
	}
	run_close(NULL);
}

static __u32 record_bytes(__u32 caplen)
{
	return (8 + (__u32)sizeof(struct packet_event) + caplen + 7) & ~7u;
}

/* What there is no room for counts, and does not spoil what is there. */
static void a_full_ring(void **state)
{
	const __u32 ring = (__u32)getpagesize(), lengths[] = { 500, 501, 700 };
	struct packet_event ev;
	struct packet_stats st;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		__u32 record = record_bytes(lengths[i] < 600 ? lengths[i] : 600);
		__u32 fit = (ring - 1) / record, small;

		run_open_snaplen(ring, 600);
		fill_random(lengths[i]);
		for (int n = 1; n <= 50; n++) {
			assert_null(run_once(RUN_INPUT(f)));
			st = run_stats();
			assert_int_equal(st.events, (__u32)n < fit ? (__u32)n : fit);
			assert_int_equal(st.dropped, (__u32)n - st.events);
			assert_invariants(&st);
		}
		assert_int_equal(st.bytes, 50 * f->len);
		/* A smaller one may still find room. */
		small = (ring - 1 - fit * record) / record_bytes(14);
		for (__u32 n = 1; n <= 20; n++) {
			assert_null(run_once(&(struct run_input){ .data = f->data, .len = 14 }));
			st = run_stats();
			assert_int_equal(st.events, fit + (n < small ? n : small));
			assert_invariants(&st);
		}
		assert_int_equal(run_drain(&ev, 1), fit + small);
		assert_int_equal(ev.len, lengths[i]);
		run_and_compare(RUN_INPUT(f), 600);
		run_close(NULL);
	}
}

/* Each record lies where others were. */
static void nothing_of_what_was_there_before(void **state)
{
	(void)state;
	run_open_snaplen((__u32)getpagesize(), 1000);
	for (int i = 0; i < 5000; i++) {
		fill_random(14 + (__u32)(rand() % 1500));
		run_and_compare(RUN_INPUT(f), 1000);
	}
	run_close(NULL);
}

static void a_frame_that_no_ring_could_hold(void **state)
{
	const __u32 page = (__u32)getpagesize(),
		    most = page - 8 - (__u32)sizeof(struct packet_event);
	struct packet_stats st;

	(void)state;
	run_open_snaplen(page, FULL);
	for (__u32 len = most - 20; len <= most + 20; len++) {
		st = run_stats();
		fill_random(len);
		if (record_bytes(len) < page) {
			run_and_compare(RUN_INPUT(f), FULL);
			continue;
		}
		assert_null(run_once(RUN_INPUT(f)));
		assert_int_equal(run_stats().dropped, st.dropped + 1);
		assert_int_equal(run_stats().events, st.events);
	}
	st = run_stats();
	assert_invariants(&st);
	run_close(NULL);
}

/* A reader that sleeps is woken by these as well. */
static void they_ring_the_bell(void **state)
{
	const __u32 lengths[] = { 100, 200, 2000 };
	volatile __u32 *word;

	(void)state;
	run_open_snaplen(0, 1000);
	word = &run_object()->data_wakeup->wakeup;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		fill_random(lengths[i]);
		*word = XDPTAP_WAKEUP_NEXT;
		run_and_compare(RUN_INPUT(f), 1000);
		assert_int_equal(*word, XDPTAP_WAKEUP_NEVER);
	}
	run_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_exact),
		cmocka_unit_test(wherever_the_first_buffer_ends),
		cmocka_unit_test(metadata_is_no_part_of_the_frame),
		cmocka_unit_test(events_are_those_without_a_snaplen),
		cmocka_unit_test(the_time_is_in_each_of_them),
		cmocka_unit_test(a_full_ring),
		cmocka_unit_test(nothing_of_what_was_there_before),
		cmocka_unit_test(a_frame_that_no_ring_could_hold),
		cmocka_unit_test(they_ring_the_bell),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0); /* else there is no skipping later on */
	run_close(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
