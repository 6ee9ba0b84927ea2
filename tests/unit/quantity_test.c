// SPDX-License-Identifier: BSD-2-Clause
/* reader/text/quantity.c: values of any size keep to their columns. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "reader/text/quantity.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void figures(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0" },          { -1, "0" },           { 0.0001, "<0.1" },
		{ 0.05, "0.1" },     { 1, "1.0" },          { 9.97, "10.0" },
		{ 99.94, "99.9" },   { 99.96, "100" },      { 999.4, "999" },
		{ 999.6, "1.00k" },  { 1234, "1.23k" },     { 9994, "9.99k" },
		{ 9996, "10.0k" },   { 99960, "100k" },     { 999400, "999k" },
		{ 999600, "1.00M" }, { 98.4e6, "98.4M" },   { 1.5e9, "1.50G" },
		{ 800e12, "800T" },  { 1e15, "1.00P" },     { (double)UINT64_MAX, "18.4E" },
		{ 1e30, ">999E" },   { INFINITY, ">999E" },
	};
	char buf[QUANTITY_MAX];
	double value;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(quantity_short(buf, rows[i].value), rows[i].text);
	/* Five columns, and within half a percent. */
	for (value = 1; value < 1e20; value *= 1.0037) {
		static const char units[] = "kMGTPE";
		const char *unit = strpbrk(quantity_short(buf, value), units);
		double back = atof(buf) *
			      (unit ? pow(1000, (double)(strchr(units, *unit) - units) + 1) : 1);

		assert_true(strlen(buf) <= 5);
		if (fabs(back - value) > value / 200 && value > 10)
			fail_msg("%f became %s", value, buf);
	}
}

static void count(void **state)
{
	char buf[QUANTITY_MAX];

	(void)state;
	assert_string_equal(quantity_count(buf, 0), "0");
	assert_string_equal(quantity_count(buf, 7), "7");
	assert_string_equal(quantity_count(buf, 999), "999");
	assert_string_equal(quantity_count(buf, 1000), "1.00k");
	assert_string_equal(quantity_count(buf, UINT64_MAX), "18.4E");
}

static void exact(void **state)
{
	char buf[QUANTITY_MAX];

	(void)state;
	assert_string_equal(quantity_exact(buf, 0), "0");
	assert_string_equal(quantity_exact(buf, 999), "999");
	assert_string_equal(quantity_exact(buf, 1000), "1,000");
	assert_string_equal(quantity_exact(buf, 123456), "123,456");
	assert_string_equal(quantity_exact(buf, UINT64_MAX), "18,446,744,073,709,551,615");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures),
		cmocka_unit_test(count),
		cmocka_unit_test(exact),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
