// SPDX-License-Identifier: BSD-2-Clause
/* reader/text/size.c: sizes as xdptap-loader takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/text/size.h"

static void sizes(void **state)
{
	char buf[SIZE_TEXT_MAX];

	(void)state;
	assert_string_equal(size_text(buf, 0), "0");
	assert_string_equal(size_text(buf, 1023), "1023");
	assert_string_equal(size_text(buf, 1024), "1K");
	assert_string_equal(size_text(buf, 4097), "4097");
	assert_string_equal(size_text(buf, 1536 << 10), "1536K");
	assert_string_equal(size_text(buf, 16 << 20), "16M");
	assert_string_equal(size_text(buf, UINT64_MAX), "18446744073709551615");
	assert_string_equal(size_text(buf, UINT64_C(1) << 63), "8796093022208M");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sizes) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
