// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/bar.c: the length of bars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/stats/bar.h"

static void bars(void **state)
{
	(void)state;
	assert_int_equal(bar_eighths(0, 100, 1), 0);
	assert_int_equal(bar_eighths(-1, 100, 1), 0);
	assert_int_equal(bar_eighths(0, 0, 1), 0);
	assert_int_equal(bar_eighths(0.001, 100, 1), 1); /* more than 0 is visible */
	assert_int_equal(bar_eighths(50, 100, 1), 4);
	assert_int_equal(bar_eighths(100, 100, 1), 8);
	assert_int_equal(bar_eighths(200, 100, 1), 8);
	assert_int_equal(bar_eighths(50, 100, 3), 12);
	assert_int_equal(bar_eighths(1e30, 1e30, 5), 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
