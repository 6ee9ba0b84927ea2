// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/verdict_text.c: the table fits into 80 columns, whatever is in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "reader/stats/verdict_text.h"

static void add(struct verdict_sample *v, __u32 id, const char *name, __u64 pass, __u64 drop)
{
	struct verdict *one = &v->counted.list[v->counted.n];

	one->index = v->counted.n++;
	one->member.prog_id = id;
	one->member.traced = 1;
	snprintf(one->member.name, sizeof(one->member.name), "%s", name);
	one->total.returned[XDPTAP_PASS] = one->total.final[XDPTAP_PASS] = pass;
	one->total.returned[XDPTAP_DROP] = one->total.final[XDPTAP_DROP] = drop;
}

static char *print(const struct verdict_sample *v)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	verdict_text_print(f, v);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void assert_prints(const struct verdict_sample *v, const char *expected)
{
	char *text = print(v);

	assert_string_equal(text, expected);
	free(text);
}

/* The columns of a terminal that knows UTF-8. */
static void assert_fits(const char *text)
{
	size_t columns = 0;

	for (; *text; text++) {
		columns += (*text & 0xc0) != 0x80;
		if (*text == '\n')
			columns = 0;
		else
			assert_true((unsigned char)*text >= 0x20 && *text != 0x7f);
		assert_true(columns <= 80);
	}
}

/* PASS ends where the numbers of the other counters do. */
static void two_programs(void **state)
{
	struct verdict_sample v = { 0 };

	(void)state;
	add(&v, 57, "xdpfilt", 12345678, 1024);
	add(&v, 61, "fw_main", 980, 20);
	v.counted.list[0].total.final[XDPTAP_PASS] = 0;
	v.counted.list[1].total.returned[XDPTAP_REDIRECT] = 7;
	v.counted.list[1].member.traced = 0;
	v.errors_known = true;
	v.errors.redirect = UINT64_MAX;
	assert_prints(&v, "    verdicts                    PASS  DROP  REDIRECT\n"
			  "      xdpfilt (id 57)       12345678  1024         0\n"
			  "      fw_main (id 61) left       980    20         7\n"
			  "      final                      980  1044         0\n"
			  "    exceptions                     0  (ABORTED, OTHER or failed TX)\n"
			  "    redirect errors 18446744073709551615  (failed REDIRECT)\n");
}

/* A program that is traced may have left all the same. */
static void what_a_look_found(void **state)
{
	struct verdict_sample v = { .chain = { .known = true, .n = 1 } };

	(void)state;
	add(&v, 57, "a", 1, 0);
	v.chain.gone[0] = true;
	v.chain.untraced[0].id = 4294967295;
	memset(v.chain.untraced[0].name, 'n', XDPTAP_TRACED_NAME_MAX - 1);
	assert_prints(&v, "    verdicts                    PASS  DROP\n"
			  "      a (id 57) left               1     0\n"
			  "      final                        1     0\n"
			  "    not traced: nnnnnnnnnnnnnnnnnnnn"
			  "nnnnnnnnnnnnnnnnnnnnnnnnn... (id 4294967295)\n");
}

/* A long name is cut off, but not in the middle of a character. */
static void long_names(void **state)
{
	struct verdict_sample v = { 0 };
	char name[XDPTAP_TRACED_NAME_MAX] = "", *text;

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(name); i += 2)
		strcat(name, "\xc3\xa4");
	add(&v, 4294967295, name, 1, 1);
	v.counted.list[0].member.traced = 0;
	memset(name, '\x1b', sizeof(name) - 1);
	add(&v, 4294967295, name, 1, 1);
	text = print(&v);
	assert_fits(text);
	assert_non_null(strstr(text, "\xc3\xa4... (id 4294967295) left  "));
	assert_non_null(strstr(text, "\n      \\x1b\\x1b\\x1b"));
	assert_non_null(strstr(text, "... (id 4294967295)  "));
	free(text);
}

/* Numbers that leave no room for names are rounded. */
static void large_numbers(void **state)
{
	struct verdict_sample v = { 0 };
	char *text;

	(void)state;
	for (int i = 0; i < (int)XDPTAP_MEMBERS_MAX; i++) {
		add(&v, 100, "a_name_of_28_characters_here", INT64_MAX / 32, INT64_MAX / 32);
		for (int action = 0; action < XDPTAP_ACTIONS; action++)
			v.counted.list[i].total.returned[action] = INT64_MAX;
	}
	text = print(&v);
	assert_fits(text);
	assert_null(strchr(text, '-'));
	assert_non_null(strstr(text, "  9.22E  9.22E  9.22E     9.22E    9.22E  9.22E\n"));
	free(text);
	/* Two of them have room. */
	v.counted.n = 1;
	memset(&v.counted.list[0].total, 0, sizeof(v.counted.list[0].total));
	v.counted.list[0].total.returned[XDPTAP_PASS] = INT64_MAX;
	v.counted.list[0].total.returned[XDPTAP_DROP] = INT64_MAX;
	text = print(&v);
	assert_fits(text);
	assert_non_null(strstr(text, "  9223372036854775807  9223372036854775807\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_programs),
		cmocka_unit_test(what_a_look_found),
		cmocka_unit_test(long_names),
		cmocka_unit_test(large_numbers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
