// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/history.c: rates, averages, restarts, gaps and the minute of made-up samples. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "reader/stats/history.h"

#define NS_PER_SEC UINT64_C(1000000000)

enum { CPUS = 2 };

/* Adds a sample at `seconds` with so many packets of 100 bytes, all counted by CPU 1. */
static void add_sample(struct history *h, double seconds, uint64_t packets, uint64_t attached_ns)
{
	struct sample s = { .n_cpus = CPUS, .taken_ns = (uint64_t)(seconds * 1e9 + 0.5) };

	s.meta.attached_ns = attached_ns;
	s.runtime_ns = 50 * NS_PER_SEC;
	s.cpus = calloc(CPUS, sizeof(*s.cpus));
	assert_non_null(s.cpus);
	s.cpus[1].packets = packets;
	s.cpus[1].bytes = packets * 100;
	s.cpus[1].dropped = packets / 10;
	s.total = s.cpus[1];
	history_add(h, &s);
	assert_null(s.cpus);
}

static struct history *create(double interval)
{
	struct history *h = history_create("tap0", (uint64_t)(interval * 1e9));

	assert_non_null(h);
	return h;
}

static void assert_span(struct history_span s, double seconds, uint64_t packets)
{
	if (fabs(s.seconds - seconds) > 1e-6 || s.grown.packets != packets)
		fail_msg("%g s, %llu packets, not %g, %llu", s.seconds,
			 (unsigned long long)s.grown.packets, seconds, (unsigned long long)packets);
	assert_int_equal(s.grown.bytes, packets * 100);
}

/* Without a sample, and with only one, there are no rates. */
static void first_sample(void **state)
{
	struct history *h = create(1);
	double values[60];

	(void)state;
	assert_span(history_last(h), 0, 0);
	assert_span(history_over(h, 10), 0, 0);
	assert_true(history_minute(h, values, 60) == 0);
	add_sample(h, 1000, 5000, 7);
	assert_int_equal(h->state, HISTORY_NEW);
	assert_span(history_last(h), 0, 0);
	assert_span(history_last_cpu(h, 1), 0, 0);
	assert_span(history_over(h, 10), 0, 0);
	assert_true(history_minute(h, values, 60) == 0);
	for (int i = 0; i < 60; i++)
		assert_true(values[i] == -1);
	/* What was counted before the first sample is averaged since the tap was attached. */
	assert_span(history_whole(h), 50, 5000);
	history_free(h);
}

/* Rates are over the time that has passed, not over the interval. */
static void elapsed(void **state)
{
	struct history *h = create(1);
	struct history_span s;

	(void)state;
	add_sample(h, 1000, 0, 7);
	add_sample(h, 1002.5, 1000, 7);
	s = history_last(h);
	assert_int_equal(h->state, HISTORY_RUNNING);
	assert_span(s, 2.5, 1000);
	assert_true(fabs(history_rate(&s, s.grown.packets) - 400) < 1e-6);
	assert_span(history_last_cpu(h, 1), 2.5, 1000);
	assert_span(history_last_cpu(h, 0), 2.5, 0);
	assert_span(history_last_cpu(h, CPUS), 0, 0);
	/* A counter that decreased gives no negative rate. */
	add_sample(h, 1003, 900, 7);
	assert_span(history_last(h), 0.5, 0);
	history_free(h);
}

/* 100 per second for 100 s, then 1000 per second; samples are up to 50 ms late. */
static void averages(void **state)
{
	struct history *h = create(1);
	uint64_t packets = 0;
	double values[60], most;

	(void)state;
	for (int i = 0; i <= 120; i++) {
		add_sample(h, 1000 + i, packets, 7);
		packets += i < 100 ? 100 : 1000;
		if (i == 4) /* as much of the window as there is */
			assert_span(history_over(h, 10), 4, 400);
	}
	assert_span(history_last(h), 1, 1000);
	assert_span(history_over(h, 10), 10, 10000);
	assert_span(history_over(h, 60), 60, 20 * 1000 + 40 * 100);
	most = history_minute(h, values, 60);
	assert_true(fabs(most - 1000) < 1e-6);
	for (int i = 0; i < 60; i++)
		assert_true(fabs(values[i] - (i < 40 ? 100 : 1000)) < 1e-6);
	/* In fewer parts, of two seconds each. */
	history_minute(h, values, 30);
	for (int i = 0; i < 30; i++)
		assert_true(fabs(values[i] - (i < 20 ? 100 : 1000)) < 1e-6);
	history_free(h);
}

/* With ten samples per second the whole minute is kept. */
static void often(void **state)
{
	struct history *h = create(0.1);

	(void)state;
	for (int i = 0; i <= 2000; i++)
		add_sample(h, 1000 + i / 10.0, (uint64_t)i * 5, 7);
	assert_span(history_last(h), 0.1, 5);
	assert_span(history_over(h, 10), 10, 500);
	assert_span(history_over(h, 60), 60, 3000);
	history_free(h);
}

/* If samples are farther apart than a window there is no average over it. */
static void seldom(void **state)
{
	struct history *h = create(30);

	(void)state;
	add_sample(h, 1000, 0, 7);
	add_sample(h, 1030, 300, 7);
	add_sample(h, 1060, 900, 7);
	assert_span(history_last(h), 30, 600);
	assert_span(history_over(h, 10), 0, 0);
	assert_span(history_over(h, 60), 60, 900);
	history_free(h);

	h = create(3600);
	add_sample(h, 10000, 0, 7);
	add_sample(h, 13600, 3600, 7);
	assert_span(history_last(h), 3600, 3600);
	assert_span(history_over(h, 60), 0, 0);
	history_free(h);
}

/* The samples nearest to ten seconds are used; of 8 and 12 seconds, 8. */
static void between_samples(void **state)
{
	struct history *h = create(4);

	(void)state;
	for (int i = 0; i <= 4; i++)
		add_sample(h, 1000 + 4 * i, (uint64_t)i * 400, 7);
	assert_span(history_over(h, 10), 8, 800);
	assert_span(history_over(h, 60), 16, 1600);
	history_free(h);
}

/* After a stop of five minutes one rate is over these, and the next ones go on from there. */
static void long_stop(void **state)
{
	struct history *h = create(1);

	(void)state;
	add_sample(h, 1000, 0, 7);
	add_sample(h, 1001, 100, 7);
	add_sample(h, 1301, 3100, 7);
	assert_span(history_last(h), 300, 3000);
	assert_span(history_over(h, 60), 0, 0);
	add_sample(h, 1302, 3200, 7);
	assert_span(history_last(h), 1, 100);
	assert_span(history_over(h, 60), 1, 100);
	history_free(h);
}

static void restart(void **state)
{
	struct history *h = create(1);
	double values[60];

	(void)state;
	add_sample(h, 1000, 1000, 7);
	add_sample(h, 1001, 2000, 7);
	add_sample(h, 1002, 50, 8);
	assert_int_equal(h->state, HISTORY_RESTARTED);
	assert_int_equal(h->restarted_ns, 1002 * NS_PER_SEC);
	assert_span(history_last(h), 0, 0);
	assert_span(history_last_cpu(h, 1), 0, 0);
	assert_span(history_over(h, 10), 0, 0);
	history_minute(h, values, 60);
	assert_true(values[59] == -1);
	add_sample(h, 1003, 60, 8);
	assert_int_equal(h->state, HISTORY_RUNNING);
	assert_span(history_last(h), 1, 10);
	assert_span(history_over(h, 60), 1, 10);
	/* A tap with larger counters is another tap if it was attached at another time. */
	add_sample(h, 1004, 5000, 9);
	assert_int_equal(h->state, HISTORY_RESTARTED);
	assert_span(history_last(h), 0, 0);
	history_free(h);
}

static void gone(void **state)
{
	struct history *h = create(1);

	(void)state;
	add_sample(h, 1000, 1000, 7);
	add_sample(h, 1001, 2000, 7);
	history_gone(h, 1002 * NS_PER_SEC, "");
	history_gone(h, 1003 * NS_PER_SEC, "");
	assert_int_equal(h->state, HISTORY_GONE);
	assert_int_equal(h->gone_ns, 1002 * NS_PER_SEC);
	assert_span(history_last(h), 0, 0);
	assert_span(history_over(h, 10), 0, 0);
	assert_span(history_whole(h), 0, 0);
	/* The same tap after it could not be read for a while: the rate is over all that time. */
	add_sample(h, 1005, 6000, 7);
	assert_int_equal(h->state, HISTORY_RUNNING);
	assert_span(history_last(h), 4, 4000);
	history_gone(h, 1006 * NS_PER_SEC, "why");
	assert_int_equal(h->gone_ns, 1006 * NS_PER_SEC);
	assert_string_equal(h->reason, "why");
	add_sample(h, 1007, 0, 8);
	assert_int_equal(h->state, HISTORY_RESTARTED);
	history_free(h);

	/* Gone before there was any sample. */
	h = create(1);
	history_gone(h, 1000 * NS_PER_SEC, "why");
	assert_span(history_last(h), 0, 0);
	add_sample(h, 1001, 5, 7);
	assert_int_equal(h->state, HISTORY_NEW);
	history_free(h);
}

/* The chart of the minute stays steady when samples are a few milliseconds early or late. */
static void steady_minute(void **state)
{
	static const double late[] = { 0, 0.004, 0.001, 0.003, 0, 0.002 };
	struct history *h = create(1);
	double before[60], values[60];

	(void)state;
	for (int i = 0; i < 100; i++) {
		add_sample(h, 1000 + i + late[i % 6], (uint64_t)i * (uint64_t)i * 100, 7);
		history_minute(h, values, 60);
		for (int p = 1; i > 1 && p < 59; p++)
			if (fabs(values[p - 1] - before[p]) > 1e-6 && before[p] >= 0)
				fail_msg("sample %d: %g became %g", i, before[p], values[p - 1]);
		for (int p = 0; p < 60; p++)
			before[p] = values[p];
	}
	history_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_sample),
		cmocka_unit_test(elapsed),
		cmocka_unit_test(averages),
		cmocka_unit_test(often),
		cmocka_unit_test(between_samples),
		cmocka_unit_test(seldom),
		cmocka_unit_test(long_stop),
		cmocka_unit_test(restart),
		cmocka_unit_test(gone),
		cmocka_unit_test(steady_minute),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
