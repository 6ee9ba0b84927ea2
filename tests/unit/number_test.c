// SPDX-License-Identifier: BSD-2-Clause
/* number.c: what -c and -i take, and what they don't. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pin/cli/number.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void counts(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} rows[] = {
		{ "1", 1 },
		{ "10", 10 },
		{ "007", 7 },
		{ "100000", 100000 },
		{ "18446744073709551", 18446744073709551 },
		{ "9223372036854775807", INT64_MAX },
		{ "00000000000000000000000000001", 1 },
	};
	uint64_t got;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		got = 0;
		assert_int_equal(number_count(rows[i].text, &got), 0);
		assert_int_equal(got, rows[i].value);
	}
}

static void no_counts(void **state)
{
	static const char *const texts[] = {
		"",
		"0",
		"00",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1x",
		"0x",
		"0x10",
		"1.0",
		"1e3",
		"x",
		"9223372036854775808",
		"9223372036854775810",
		"18446744073709551616",
		"18446744073709551617",
		"99999999999999999999999999",
		"1\n",
		"\xc2\xb2",
	};
	uint64_t got = 42;

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		if (number_count(texts[i], &got) != -EINVAL)
			fail_msg("'%s' was taken", texts[i]);
	assert_int_equal(got, 42);
}

static void seconds(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} rows[] = {
		{ "1", 1000000000 },
		{ "10", 10000000000 },
		{ "0.5", 500000000 },
		{ ".5", 500000000 },
		{ "1.25", 1250000000 },
		{ "0.001", 1000000 },
		{ "2.0", 2000000000 },
		{ "0.123456789", 123456789 },
		{ "0.1234567899999999999999999999", 123456789 },
		{ "1000000000", 1000000000000000000 },
		{ "1000000000.000000000", 1000000000000000000 },
	};
	uint64_t got;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		got = 0;
		assert_int_equal(number_seconds(rows[i].text, &got), 0);
		assert_int_equal(got, rows[i].ns);
	}
}

static void no_seconds(void **state)
{
	static const char *const texts[] = {
		"",
		"0",
		"0.0",
		"0.0009",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1s",
		"1.",
		".",
		"1..2",
		"1.2.3",
		"1e3",
		"0x1",
		"nan",
		"inf",
		"1,5",
		"1000000000.1",
		"1000000001",
		"18446744073709551616",
		"0.00000000000000000001",
	};
	uint64_t got = 42;

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		if (number_seconds(texts[i], &got) != -EINVAL)
			fail_msg("'%s' was taken", texts[i]);
	assert_int_equal(got, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(no_counts),
		cmocka_unit_test(seconds),
		cmocka_unit_test(no_seconds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
