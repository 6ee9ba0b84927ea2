// SPDX-License-Identifier: BSD-2-Clause
/* number.c: what -c and -i take, and what they don't. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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

/* Text of what numbers consist of, and of what looks like that. */
static const char *any_text(char text[16], unsigned int *state)
{
	static const char characters[] = "0123456789012345678901234567890123456789..-+ex \t\xb2";
	size_t length;

	*state = *state * 1103515245 + 12345;
	length = *state >> 16 & 15;
	for (size_t i = 0; i < length; i++) {
		*state = *state * 1103515245 + 12345;
		text[i] = characters[(*state >> 16) % (sizeof(characters) - 1)];
	}
	text[length] = '\0';
	return text;
}

/* As libc reads it, if its characters are right. */
static void any_texts(void **state)
{
	unsigned int seed = 1, taken = 0;
	uint64_t got;
	char text[16];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		bool digits = strspn(any_text(text, &seed), "0123456789") == strlen(text);
		const char *point = strchr(text, '.');
		bool is_seconds = strspn(text, "0123456789.") == strlen(text) && *text &&
				  (!point || (!strchr(point + 1, '.') && point[1]));
		unsigned long count = strtoul(text, NULL, 10);
		double exact = strtod(text, NULL);

		got = 0;
		assert_int_equal(!number_count(text, &got), digits && count);
		assert_int_equal(got, digits ? count : 0);
		got = 0;
		if (number_seconds(text, &got)) {
			assert_true(!is_seconds || exact < 0.0011 || exact > 999999999);
			continue;
		}
		assert_true(is_seconds);
		assert_true((double)got <= exact * 1e9 + 128 && (double)got >= exact * 1e9 - 129);
		taken++;
	}
	assert_true(taken > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),    cmocka_unit_test(no_counts),
		cmocka_unit_test(seconds),   cmocka_unit_test(no_seconds),
		cmocka_unit_test(any_texts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
