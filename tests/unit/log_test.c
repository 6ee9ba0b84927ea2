// SPDX-License-Identifier: BSD-2-Clause
/* What is kept of libbpf's messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "loader/log.h"

static libbpf_print_fn_t print;

/* As libbpf does. */
__attribute__((format(printf, 1, 2))) static void warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print(LIBBPF_WARN, fmt, args);
	va_end(args);
}

static void refuse(const char *log)
{
	warn("libbpf: prog '%s': -- BEGIN PROG LOAD LOG --\n%s-- END PROG LOAD LOG --\n", "x", log);
}

static int begin(void **state)
{
	(void)state;
	log_init();
	print = libbpf_set_print(NULL);
	return print ? 0 : -1;
}

static void the_last_ten_lines(void **state)
{
	(void)state;
	log_forget();
	assert_null(log_verifier_lines());
	refuse("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
	assert_string_equal(log_verifier_lines(), "    3\n    4\n    5\n    6\n    7\n    8\n"
						  "    9\n    10\n    11\n    12\n");
}

static void fewer_lines(void **state)
{
	(void)state;
	refuse("R9 !read_ok\nprocessed 1 insns\n");
	assert_string_equal(log_verifier_lines(), "    R9 !read_ok\n    processed 1 insns\n");
	/* As an older kernel leaves it, which cuts the end off. */
	refuse("first\nsecond");
	assert_string_equal(log_verifier_lines(), "    first\n    second\n");
	refuse("\n\nafter\n");
	assert_string_equal(log_verifier_lines(), "    \n    \n    after\n");
	refuse("");
	assert_string_equal(log_verifier_lines(), "");
	log_forget();
	assert_null(log_verifier_lines());
}

static void millions_of_lines(void **state)
{
	char *log = NULL;
	size_t size;
	FILE *out = open_memstream(&log, &size);

	(void)state;
	assert_non_null(out);
	for (int i = 1; i <= 2000000; i++)
		fprintf(out, "%d: (bf) r2 = r4\n", i);
	fclose(out);
	refuse(log);
	free(log);
	assert_int_equal(strncmp(log_verifier_lines(), "    1999991: (bf)", 17), 0);
}

static void other_messages(void **state)
{
	(void)state;
	log_forget();
	warn("libbpf: prog 'x': BPF program load failed: %s\n", "Invalid argument");
	assert_null(log_verifier_lines());
	assert_null(log_kernel_words());
	warn("libbpf: Kernel error message: %s\n", "veth: Peer MTU is too large to set XDP");
	assert_string_equal(log_kernel_words(), "veth: Peer MTU is too large to set XDP");
	assert_null(log_verifier_lines());
	warn("libbpf: Kernel error message: %01000d\n", 1);
	assert_int_equal(strlen(log_kernel_words()), 255);
	log_forget();
	assert_null(log_kernel_words());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_ten_lines),
		cmocka_unit_test(fewer_lines),
		cmocka_unit_test(millions_of_lines),
		cmocka_unit_test(other_messages),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, NULL);
}
