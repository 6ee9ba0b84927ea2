// SPDX-License-Identifier: BSD-2-Clause
/* command_line.c: command lines, and what they ask for; tests/system has the wrong ones. */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <getopt.h>

#include "pin/cli/options.h"
#include "reader/command_line.h"

enum { WORDS_MAX = 16 };

static struct arguments a;

/* Takes `line`, whose words are separated by spaces; its copy stays. */
static void take(const char *line)
{
	static char copy[256];
	char *argv[WORDS_MAX + 1] = { (char *)"xdptap-reader" }, *rest = copy;
	int argc = 1, status;

	strcpy(copy, line);
	while (argc < WORDS_MAX && (argv[argc] = strsep(&rest, " ")))
		argc++;
	filter_free(a.capture.filter);
	free(a.names);
	a = (struct arguments){ 0 };
	optind = 0; /* glibc's getopt starts again */
	if (!command_line_parse(argc, argv, &a, &status))
		fail_msg("'%s' was refused with %d", line, status);
}

static void plain(void **state)
{
	(void)state;
	take("tap0");
	assert_int_equal(a.n_names, 1);
	assert_string_equal(a.names[0], "tap0");
	assert_false(a.any);
	assert_string_equal(a.capture.bpffs, "/sys/fs/bpf");
	assert_int_equal(a.capture.limit, 0);
	assert_int_equal(a.capture.interval_ns, 0);
	assert_false(a.capture.quiet || a.capture.immediate || a.capture.each);
	assert_int_equal(a.capture.format.kind, FORMAT_TEXT);
	assert_int_equal(a.capture.format.time, TEXT_TIME_OF_DAY);
	assert_int_equal(a.capture.format.dump, TEXT_DUMP_NONE);
	assert_null(a.capture.out.path);
	assert_null(a.capture.out.command);
}

static void names(void **state)
{
	(void)state;
	take("dev tap0 tap1 dev dev");
	assert_int_equal(a.n_names, 3);
	assert_string_equal(a.names[1], "tap1");
	assert_string_equal(a.names[2], "dev");
	take("any");
	assert_true(a.any);
	take("dev any");
	assert_true(a.any);
	take("-- -q");
	assert_string_equal(a.names[0], "-q");
	assert_false(a.capture.quiet);
	take("tap0 -c 7"); /* options after arguments, too */
	assert_int_equal(a.capture.limit, 7);
}

static void text(void **state)
{
	static const struct {
		const char *line;
		enum text_time time;
	} times[] = {
		{ "-t tap0", TEXT_TIME_NONE },
		{ "-tt tap0", TEXT_TIME_EPOCH },
		{ "-ttt tap0", TEXT_TIME_SINCE_PREVIOUS },
		{ "-t -ttt tap0", TEXT_TIME_DATE },
		{ "-t -tt -tt tap0", TEXT_TIME_SINCE_FIRST },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		take(times[i].line);
		assert_int_equal(a.capture.format.time, times[i].time);
	}
	take("-nevx tap0");
	assert_true(a.capture.format.link_level && a.capture.format.verbose);
	assert_int_equal(a.capture.format.dump, TEXT_DUMP_HEX);
	take("-X -x tap0");
	assert_int_equal(a.capture.format.dump, TEXT_DUMP_ASCII);
	take("-xX tap0");
	assert_int_equal(a.capture.format.dump, TEXT_DUMP_ASCII);
	take("-j -x tap0");
	assert_int_equal(a.capture.format.kind, FORMAT_JSON);
	assert_int_equal(a.capture.format.dump, TEXT_DUMP_HEX);
}

static void when(void **state)
{
	(void)state;
	take("-q tap0");
	assert_true(a.capture.quiet);
	assert_int_equal(a.capture.interval_ns, UINT64_C(10000000000));
	take("-q -i 0.5 -c 3 tap0");
	assert_int_equal(a.capture.interval_ns, 500000000);
	assert_int_equal(a.capture.limit, 3);
	take("--immediate-mode tap0");
	assert_true(a.capture.immediate && !a.capture.each);
	take("-U tap0");
	assert_true(a.capture.immediate && a.capture.each);
	take("--packet-buffered tap0");
	assert_true(a.capture.immediate && a.capture.each);
}

static void filter(void **state)
{
	(void)state;
	take("tap0");
	assert_null(a.capture.filter);
	take("-f tcp tap0");
	assert_non_null(a.capture.filter);
	assert_string_equal(a.capture.format.filter, "tcp");
	take("--filter=udp -f ip6 tap0"); /* the last one, as of all options */
	assert_string_equal(a.capture.format.filter, "ip6");
	take("-f  tap0");
	assert_non_null(a.capture.filter);
	assert_string_equal(a.capture.format.filter, "");
}

static void files(void **state)
{
	(void)state;
	take("-w x tap0");
	assert_string_equal(a.capture.out.path, "x");
	assert_int_equal(a.capture.format.kind, FORMAT_PCAPNG);
	assert_int_equal(a.capture.interval_ns, 0);
	take("-q -w x tap0");
	assert_true(a.capture.quiet);
	assert_int_equal(a.capture.format.kind, FORMAT_PCAPNG);
	take("--write=x --synthesize tap0");
	assert_true(a.capture.format.synthesize);
	take("-w - -U tap0"); /* stdout is no terminal here: the tests' runner reads it */
	assert_string_equal(a.capture.out.path, "-");
	assert_int_equal(a.capture.format.kind, FORMAT_PCAPNG);
	take("-w x -C 2 -G 3600 -W 4 -z true tap0");
	assert_int_equal(a.capture.out.rotate_bytes, 2000000);
	assert_int_equal(a.capture.out.rotate_ns, UINT64_C(3600000000000));
	assert_int_equal(a.capture.out.files, 4);
	assert_string_equal(a.capture.out.command, "true");
}

static void sizes(void **state)
{
	static const struct {
		const char *line;
		uint64_t bytes;
	} rows[] = {
		{ "-w x -C 1 tap0", 1000000 },
		{ "-w x -C 1k tap0", 1024 },
		{ "-w x -C 3K tap0", 3072 },
		{ "-w x -C 1m tap0", 1 << 20 },
		{ "-w x -C 5M tap0", 5 << 20 },
		{ "-w x -C 1g tap0", 1 << 30 },
		{ "-w x -C 6G tap0", UINT64_C(6) << 30 },
		{ "-w x -C 8589934591G tap0", UINT64_C(8589934591) << 30 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		take(rows[i].line);
		assert_int_equal(a.capture.out.rotate_bytes, rows[i].bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain), cmocka_unit_test(names),  cmocka_unit_test(text),
		cmocka_unit_test(when),  cmocka_unit_test(filter), cmocka_unit_test(files),
		cmocka_unit_test(sizes),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	filter_free(a.capture.filter);
	free(a.names);
	return failed;
}
