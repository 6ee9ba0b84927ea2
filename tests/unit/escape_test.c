// SPDX-License-Identifier: BSD-2-Clause
/* Text that can't control a terminal: reader/text/escape.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/text/escape.h"

static void assert_escaped(const char *text, const char *expected)
{
	char buf[ESCAPE_IFNAME_MAX];

	assert_string_equal(escape_ifname(buf, text), expected);
}

static void plain_names_stay(void **state)
{
	(void)state;
	assert_escaped("", "");
	assert_escaped("eth0.100@x", "eth0.100@x");
	assert_escaped("l\xc3\xb6we\xe2\x82\xac", "l\xc3\xb6we\xe2\x82\xac");
	assert_escaped("a\\b", "a\\b");
}

static void control_characters(void **state)
{
	(void)state;
	assert_escaped("\x1b[31mred", "\\x1b[31mred");
	assert_escaped("\x01\x7f", "\\x01\\x7f");
	/* U+009B is CSI: the same as ESC [ for some terminals. */
	assert_escaped("\xc2\x9b"
		       "1m",
		       "\\xc2\\x9b1m");
	assert_escaped("\xc2\xa0", "\xc2\xa0");
}

static void stray_bytes(void **state)
{
	(void)state;
	assert_escaped("a\xff\x9b", "a\\xff\\x9b");
	assert_escaped("\xe2\x82", "\\xe2\\x82");
}

static void an_escape_can_be_told_from_its_text(void **state)
{
	(void)state;
	assert_escaped("\\x1b", "\\x5cx1b");
	assert_escaped("\x1b", "\\x1b");
}

static void the_longest_name_fits(void **state)
{
	char buf[ESCAPE_IFNAME_MAX];

	(void)state;
	assert_string_equal(escape_ifname(buf, "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1"),
			    "\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01"
			    "\\x01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_names_stay),
		cmocka_unit_test(control_characters),
		cmocka_unit_test(stray_bytes),
		cmocka_unit_test(an_escape_can_be_told_from_its_text),
		cmocka_unit_test(the_longest_name_fits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
