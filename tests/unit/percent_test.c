// SPDX-License-Identifier: BSD-2-Clause
/* reader/text/percent.c: what is nearly none or nearly all is not shown as such. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/text/percent.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void percents(void **state)
{
	static const struct {
		uint64_t part, whole;
		const char *text;
	} rows[] = {
		{ 0, 0, "-" },
		{ 1, 0, "-" },
		{ 0, 5, "0%" },
		{ 1, 3, "33%" },
		{ 1, 1000, "<1%" },
		{ 5, 5, "100%" },
		{ 999, 1000, ">99%" },
		{ 6, 5, "100%" },
		{ 990, 1000, "99%" },
		{ 10, 1000, "1%" },
		{ UINT64_MAX, UINT64_MAX, "100%" },
	};
	char buf[PERCENT_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(percent_text(buf, rows[i].part, rows[i].whole), rows[i].text);
}

static void unrounded(void **state)
{
	(void)state;
	assert_true(percent_of(1, 0) == 0);
	assert_true(percent_of(0, 5) == 0);
	assert_true(percent_of(1, 8) == 12.5);
	assert_true(percent_of(6, 5) == 120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percents),
		cmocka_unit_test(unrounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
