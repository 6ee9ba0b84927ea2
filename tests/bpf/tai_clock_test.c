// SPDX-License-Identifier: BSD-2-Clause
/*
 * The time of events: CLOCK_TAI, by bpf/tai_clock.h, also after pauses and after a
 * step of the clock. tests/guest/clock.bats sets the clock of a whole machine;
 * here only what the program remembers of it is set. Run by `make test-bpf`.
 */
#include <time.h>
#include <unistd.h>

#include "bpf/capture.skel.h"
#include "tests/bpf/check.h"

/* An interrupt may make a reading vague by as much. */
#define SLACK_NS 50000

/* Longer than bpf/tai_clock.h goes without looking: TAI_CLOCK_CHECK_NS. */
#define LOOKED_AGAIN_USECS 1200

#define NS_PER_SEC 1000000000ll

static struct frame frame, *f = &frame;

static __s64 tai_ns(void)
{
	struct timespec ts;

	assert_int_equal(clock_gettime(CLOCK_TAI, &ts), 0);
	return ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

/* The time of one event minus CLOCK_TAI: 0 if it is between before and after. */
static __s64 error_ns(void)
{
	__s64 before = tai_ns(), ts = (__s64)run(RUN_INPUT(f)).ts_ns, after = tai_ns();

	return ts < before ? ts - before : ts > after ? ts - after : 0;
}

#define assert_right(error) assert_true((error) >= -SLACK_NS && (error) <= SLACK_NS)

static int make_frame(void **state)
{
	(void)state;
	add_eth(f, ETH_P_ARP);
	return 0;
}

static void right_from_the_first_frame_on(void **state)
{
	(void)state;
	for (int i = 0; i < 10000; i++)
		assert_right(error_ns());
}

static void right_after_pauses(void **state)
{
	static const useconds_t pauses[] = { 100, 900, 1000, LOOKED_AGAIN_USECS, 3000, 20000 };

	(void)state;
	for (int i = 0; i < 60; i++) {
		usleep(pauses[(size_t)i % (sizeof(pauses) / sizeof(pauses[0]))]);
		assert_right(error_ns());
	}
}

static void never_backwards_on_one_cpu(void **state)
{
	__u64 last = 0, ts;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		ts = run(RUN_INPUT(f)).ts_ns;
		assert_true(ts + SLACK_NS >= last);
		last = ts;
	}
}

/* Either way, by much and by little. */
static void a_step_is_noticed(void **state)
{
	static const __s64 steps[] = {
		NS_PER_SEC, -NS_PER_SEC, 3600 * NS_PER_SEC, -3600 * NS_PER_SEC, 100000, -100000,
	};
	struct capture_bpf *object = run_object();
	__s64 error;

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_right(error_ns());
		object->bss->tai_clock.tai_ns += (__u64)steps[i];
		usleep(LOOKED_AGAIN_USECS);
		error = error_ns();
		assert_right(error);
	}
}

/* For a millisecond the old difference is taken: that is what makes it cheap. */
static void it_is_not_looked_at_for_each_frame(void **state)
{
	struct capture_bpf *object = run_object();
	int late = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		usleep(LOOKED_AGAIN_USECS);
		error_ns();
		object->bss->tai_clock.tai_ns += NS_PER_SEC;
		late += error_ns() > NS_PER_SEC / 2;
	}
	/* All of them, if this process is not put off in between. */
	assert_in_range(late, 50, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(right_from_the_first_frame_on, make_frame),
		cmocka_unit_test(right_after_pauses),
		cmocka_unit_test(never_backwards_on_one_cpu),
		cmocka_unit_test(a_step_is_noticed),
		cmocka_unit_test(it_is_not_looked_at_for_each_frame),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
