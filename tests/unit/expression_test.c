// SPDX-License-Identifier: BSD-2-Clause
/* What is said of expressions that can't be a filter, and where the mark is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pin/cli/expression.h"
#include "pin/cli/expression_place.h"
#include "pin/now.h"

static struct reason why;

static int compile(const char *expression)
{
	struct sock_filter *program;
	size_t n;
	int err = expression_compile(expression, true, &program, &n, &why);

	if (!err)
		free(program);
	return err;
}

/* Returns the offset that is marked, -1 if none is. */
static long marked(const char *expression)
{
	const char *line;

	assert_int_equal(compile(expression), -EINVAL);
	line = strrchr(why.text, '\n');
	if (!line)
		return -1;
	assert_int_equal(why.text[strlen(why.text) - 1], '^');
	return (long)strlen(line) - 6; /* "\n    ^" */
}

static void the_word_that_does_not_fit_is_marked(void **state)
{
	(void)state;
	assert_int_equal(marked("tcp and and udp"), 8);
	assert_int_equal(marked("tcp)"), 3);
	assert_int_equal(marked("psh"), 0);
	assert_int_equal(marked("less x"), 5);
	assert_int_equal(marked("ip @ 3"), 3);
	assert_int_equal(marked("tcp & udp"), 4);
	assert_int_equal(marked("tcp port 443 or 80 foo"), 19);
	assert_int_equal(marked("(tcp and (udp or) and port 3"), 16);
	assert_int_equal(marked("ip[2:2 > 3"), 7);
	assert_int_equal(marked("(tcp or ((ip[0] & 0xf) << (tcp[12 & 1) > 2)"), 37);
}

static void an_end_that_is_missing_is_marked(void **state)
{
	(void)state;
	assert_int_equal(marked("tcp port"), 8);
	assert_int_equal(marked("tcp and"), 7);
	assert_int_equal(marked("(tcp"), 4);
	assert_int_equal(marked("host"), 4);
	assert_int_equal(marked("tcp[13"), 6);
	assert_int_equal(marked("tcp[13] & (tcp-syn|"), 19);
}

static void a_word_that_is_quoted_is_marked(void **state)
{
	(void)state;
	assert_int_equal(marked("tcp port nosuch"), 9);
	assert_int_equal(marked("tcp or host 1.2.3.400"), 12);
	assert_int_equal(marked("ip proto nosuch or tcp"), 9);
	/* Twice, or a part of another word: which one is meant is not known. */
	assert_int_equal(marked("port nosuch or port nosuch"), -1);
}

static void the_text(void **state)
{
	(void)state;
	compile("tcp port nosuch");
	assert_string_equal(why.text, "unknown port 'nosuch'\n    tcp port nosuch\n             ^");
	compile("less 70000 and tcp and tcp and tcp and tcp and tcp and or and tcp and tcp and tcp and tcp and tcp");
	assert_string_equal(
		strchr(why.text, '\n'),
		"\n    ..and tcp and tcp and tcp and tcp and or and tcp and tcp and tcp and tcp a.."
		"\n                                          ^");
}

/* As if libpcap looked up a name at each try. */
static bool slowly_wrong(void *libpcap, const char *text)
{
	(void)libpcap;
	(void)text;
	usleep(300000);
	return true;
}

static void no_mark_is_worth_a_long_wait(void **state)
{
	uint64_t begin = now_ns(CLOCK_MONOTONIC);

	(void)state;
	assert_int_equal(expression_place_syntax_error("a b c d e f g h", slowly_wrong, NULL), -1);
	assert_true(now_ns(CLOCK_MONOTONIC) - begin < 10000000000ull);
}

static void what_xdp_lacks_is_named(void **state)
{
	static const char *const words[][2] = {
		{ "inbound", "'inbound'" },
		{ "not outbound and tcp", "'outbound'" },
		{ "ifindex 3", "'ifindex'" },
		{ "gateway router", "'gateway'" },
		{ "ifname eth0", "ifname" },
		{ "rnr 1", "rnr" },
		{ "ip broadcast", "'ip broadcast'" },
		{ "action pass", "action" },
		{ "type mgt", "802.11" },
		{ "vpi 1", "'vpi'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(compile(words[i][0]), -EINVAL);
		if (!strstr(why.text, words[i][1]))
			fail_msg("%s: %s", words[i][0], why.text);
	}
}

/* So a mark is never too far to the left. */
static void whatever_begins_an_expression_is_right_so_far(void **state)
{
	FILE *from = fopen("tests/filter/expressions.txt", "r");
	char *line = NULL, *text;
	size_t room = 0, beginnings = 0;
	ssize_t len;

	(void)state;
	assert_non_null(from);
	while ((len = getline(&line, &room, from)) > 0) {
		line[len - 1] = '\0';
		text = line + (*line == '-');
		if (!*text || *text == '#' || *text == '?')
			continue;
		for (size_t end = strlen(text) - 1; end; end--) {
			if (text[end] != ' ')
				continue;
			text[end] = '\0';
			if (compile(text) && strstr(why.text, "syntax error") &&
			    marked(text) != (long)(end > 72 ? 38 : end)) /* cut out */
				fail_msg("%s", why.text);
			beginnings++;
		}
	}
	free(line);
	fclose(from);
	print_message("# %zu beginnings of expressions\n", beginnings);
	assert_true(beginnings > 1000);
}

static void any_expression_has_code(void **state)
{
	struct sock_filter *program;
	size_t n;

	(void)state;
	assert_int_equal(expression_compile("", true, &program, &n, &why), 0);
	assert_int_equal(n, 1);
	assert_int_equal(program[0].code, BPF_RET);
	assert_true(program[0].k > 0);
	free(program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_word_that_does_not_fit_is_marked),
		cmocka_unit_test(an_end_that_is_missing_is_marked),
		cmocka_unit_test(a_word_that_is_quoted_is_marked),
		cmocka_unit_test(the_text),
		cmocka_unit_test(no_mark_is_worth_a_long_wait),
		cmocka_unit_test(what_xdp_lacks_is_named),
		cmocka_unit_test(whatever_begins_an_expression_is_right_so_far),
		cmocka_unit_test(any_expression_has_code),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
