// SPDX-License-Identifier: BSD-2-Clause
/* reader/text/ascii.c: names of interfaces on a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/text/ascii.h"

/* No byte is left that a terminal would not show as a character. */
static void names(void **state)
{
	char buf[IF_NAMESIZE];

	(void)state;
	assert_string_equal(ascii_ifname(buf, "enp1s0f1.4094"), "enp1s0f1.4094");
	assert_string_equal(ascii_ifname(buf, "a\x1b[2J\x7f\xc3\xa4"), "a?[2J???");
	assert_string_equal(ascii_ifname(buf, ""), "");
	assert_string_equal(ascii_ifname(buf, "fifteen-letters"), "fifteen-letters");
	assert_string_equal(ascii_text(buf, sizeof(buf), "sixteen-or-more\n"), "sixteen-or-more");
	assert_string_equal(ascii_text(buf, 4, "a b\xff"), "a?b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
