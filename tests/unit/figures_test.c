// SPDX-License-Identifier: BSD-2-Clause
/* stats_figures.c: numbers of any size keep to their columns. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "reader/text/figures.h"

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
	char buf[FIGURE_MAX];
	double value;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(figure(buf, rows[i].value), rows[i].text);
	/* Five columns, and within half a percent. */
	for (value = 1; value < 1e20; value *= 1.0037) {
		static const char units[] = "kMGTPE";
		const char *unit = strpbrk(figure(buf, value), units);
		double back = atof(buf) *
			      (unit ? pow(1000, (double)(strchr(units, *unit) - units) + 1) : 1);

		assert_true(strlen(buf) <= 5);
		if (fabs(back - value) > value / 200 && value > 10)
			fail_msg("%f became %s", value, buf);
	}
}

static void exact(void **state)
{
	char buf[FIGURE_MAX];

	(void)state;
	assert_string_equal(figure_exact(buf, 0), "0");
	assert_string_equal(figure_exact(buf, 999), "999");
	assert_string_equal(figure_exact(buf, 1000), "1,000");
	assert_string_equal(figure_exact(buf, 123456), "123,456");
	assert_string_equal(figure_exact(buf, UINT64_MAX), "18,446,744,073,709,551,615");
}

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
	char buf[FIGURE_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(figure_percent(buf, rows[i].part, rows[i].whole), rows[i].text);
}

static void seconds(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ -1, "0.0 s" },   { 0.1, "0.1 s" },    { 1.04, "1.0 s" },
		{ 9.94, "9.9 s" }, { 9.96, "10 s" },    { 59.4, "59 s" },
		{ 59.6, "1m00s" }, { 96, "1m36s" },     { 3599.4, "59m59s" },
		{ 3600, "1h00m" }, { 86399, "23h59m" }, { 86400 * 5 + 4 * 3600, "5d04h" },
	};
	char buf[FIGURE_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(figure_seconds(buf, rows[i].value), rows[i].text);
}

/* Nothing that a terminal takes for anything but a letter. */
static void names(void **state)
{
	char buf[FIGURE_MAX];

	(void)state;
	assert_string_equal(figure_name(buf, "enp1s0f1.4094"), "enp1s0f1.4094");
	assert_string_equal(figure_name(buf, "a\x1b[2J\x7f\xc3\xa4"), "a?[2J???");
	assert_string_equal(figure_name(buf, ""), "");
}

static void bars(void **state)
{
	(void)state;
	assert_int_equal(figure_bar(0, 100, 1), 0);
	assert_int_equal(figure_bar(-1, 100, 1), 0);
	assert_int_equal(figure_bar(0, 0, 1), 0);
	assert_int_equal(figure_bar(0.001, 100, 1), 1); /* some is never none */
	assert_int_equal(figure_bar(50, 100, 1), 4);
	assert_int_equal(figure_bar(100, 100, 1), 8);
	assert_int_equal(figure_bar(200, 100, 1), 8);
	assert_int_equal(figure_bar(50, 100, 3), 12);
	assert_int_equal(figure_bar(1e30, 1e30, 5), 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures), cmocka_unit_test(exact), cmocka_unit_test(percents),
		cmocka_unit_test(seconds), cmocka_unit_test(names), cmocka_unit_test(bars),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
