// SPDX-License-Identifier: BSD-2-Clause
/* reader/text/duration.c: two units, rounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "reader/text/duration.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *text_of(double seconds)
{
	static char buf[DURATION_MAX];

	return duration_text(buf, seconds);
}

static void seconds(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ -1, "0s" },      { 0, "0s" },
		{ 0.04, "0s" },    { 0.1, "0.1s" },
		{ 0.5, "0.5s" },   { 0.96, "1s" },
		{ 1, "1s" },       { 1.04, "1s" },
		{ 1.06, "1.1s" },  { 9.94, "9.9s" },
		{ 9.96, "10s" },   { 12.6, "13s" },
		{ 59.4, "59s" },   { 59.6, "1m0s" },
		{ 96, "1m36s" },   { 3599.4, "59m59s" },
		{ 3600, "1h0m" },  { 86399, "23h59m" },
		{ 86400, "1d0h" }, { 86400 * 5 + 4 * 3600, "5d4h" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(text_of(rows[i].value), rows[i].text);
}

/* Up to an hour, whole seconds are what time.Duration.Round(time.Second).String() gives. */
static void as_go_prints_them(void **state)
{
	(void)state;
	assert_string_equal(text_of(0), "0s");
	assert_string_equal(text_of(5), "5s");
	assert_string_equal(text_of(10), "10s");
	assert_string_equal(text_of(59.5), "1m0s");
	assert_string_equal(text_of(65), "1m5s");
	assert_string_equal(text_of(90), "1m30s");
	assert_string_equal(text_of(3599), "59m59s");
	/* Larger ones keep two units. */
	assert_string_equal(text_of(3605), "1h0m");
	assert_string_equal(text_of(100 * 3600 + 61), "4d4h");
}

static void cells_have_four_columns(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0s" },          { 0.9, "0.9s" },      { 9.94, "9.9s" }, { 10, "10s" },
		{ 96, "96s" },        { 100, "1m" },        { 5999, "99m" },  { 6000, "1h" },
		{ 99 * 3600, "99h" }, { 100 * 3600, "4d" },
	};
	char buf[DURATION_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(duration_cell(buf, rows[i].value), rows[i].text);
	for (double value = 0; value < 999 * 86400; value = value * 1.01 + 0.07)
		assert_true(strlen(duration_cell(buf, value)) <= 4);
	assert_true(strlen(duration_cell(buf, 1e19)) < DURATION_MAX);
}

/* Below a hundred days they fit into six columns, and the buffer holds them all. */
static void columns(void **state)
{
	char buf[DURATION_MAX];

	(void)state;
	for (double value = 0; value < 99 * 86400; value = value * 1.01 + 0.07)
		assert_true(strlen(duration_text(buf, value)) <= 6);
	assert_string_equal(text_of((double)(UINT64_MAX / 1000000000)), "213503d23h");
	assert_true(strlen(duration_text(buf, 1e19)) < DURATION_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds),
		cmocka_unit_test(as_go_prints_them),
		cmocka_unit_test(cells_have_four_columns),
		cmocka_unit_test(columns),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
