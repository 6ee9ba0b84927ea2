// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/sample.c: rates between two samples of a tap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/stats/sample.h"

static void rates(void **state)
{
	(void)state;
	assert_true(sample_rate(100, 300, 2) == 100);
	assert_true(sample_rate(100, 100, 2) == 0);
	assert_true(sample_rate(300, 100, 2) == 0);
	assert_true(sample_rate(0, UINT64_MAX, 1) == (double)UINT64_MAX);
}

static void seconds(void **state)
{
	struct sample before = { .taken_ns = 1500000000 }, now = { .taken_ns = 4000000000 };

	(void)state;
	assert_true(sample_seconds(&before, &now) == 2.5);
	/* It is a divisor. */
	assert_true(sample_seconds(&now, &now) > 0);
	assert_true(sample_seconds(&now, &before) > 0);
}

static void another_tap(void **state)
{
	struct sample before = { .meta.attached_ns = 7, .total.packets = 9 };
	struct sample now = { .meta.attached_ns = 7, .total.packets = 9 };

	(void)state;
	assert_false(sample_restarted(&before, &now));
	now.total.packets = 10;
	assert_false(sample_restarted(&before, &now));
	now.meta.attached_ns = 8;
	assert_true(sample_restarted(&before, &now));
}

static void close_twice(void **state)
{
	struct sample s = { 0 };

	(void)state;
	sample_close(&s);
	sample_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates),
		cmocka_unit_test(seconds),
		cmocka_unit_test(another_tap),
		cmocka_unit_test(close_twice),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
