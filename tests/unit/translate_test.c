// SPDX-License-Identifier: BSD-2-Clause
/* What translate.c refuses, with which words, and how its code is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/filter/classic.h"
#include "pin/cli/expression.h"
#include "loader/filter/dump.h"
#include "loader/filter/translate.h"

#define RET                              \
	{                                \
		.code = BPF_RET, .k = 1, \
	}

static struct reason why;

static int translate(const struct sock_filter *program, size_t n)
{
	struct bpf_insn *code;
	size_t count;
	int err = translate_program(program, n, FILTER_XDP, &code, &count, &why);

	if (!err)
		free(code);
	return err;
}

static void refused(struct sock_filter first, const char *reason)
{
	const struct sock_filter program[] = { first, RET };

	assert_int_equal(translate(program, 2), -EINVAL);
	assert_string_equal(why.text, reason);
}

static void instructions_that_are_none(void **state)
{
	const __u16 unknown[] = { BPF_LD | BPF_W | BPF_MSH,
				  BPF_LDX | BPF_W | BPF_ABS,
				  BPF_LD | BPF_B | BPF_MEM,
				  BPF_ST | BPF_X,
				  BPF_ALU | 0xf0,
				  BPF_JMP | 0x50,
				  BPF_RET | BPF_X,
				  BPF_MISC | 0x40,
				  0x100,
				  0xffff };

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		refused((struct sock_filter){ .code = unknown[i] },
			"instruction 0 of the filter: it is unknown");
}

static void operands_that_are_wrong(void **state)
{
	(void)state;
	refused((struct sock_filter){ .code = BPF_ALU | BPF_DIV },
		"instruction 0 of the filter: it divides by 0");
	refused((struct sock_filter){ .code = BPF_ALU | BPF_MOD },
		"instruction 0 of the filter: it divides by 0");
	refused((struct sock_filter){ .code = BPF_ALU | BPF_LSH, .k = 32 },
		"instruction 0 of the filter: it shifts by more than 31 bits");
	refused((struct sock_filter){ .code = BPF_LD | BPF_MEM, .k = 16 },
		"instruction 0 of the filter: it uses a word that scratch memory lacks");
	refused((struct sock_filter){ .code = BPF_STX, .k = 0xffffffff },
		"instruction 0 of the filter: it uses a word that scratch memory lacks");
	refused((struct sock_filter){ .code = BPF_JMP | BPF_JA, .k = 1 },
		"instruction 0 of the filter: it jumps out of the program");
	refused((struct sock_filter){ .code = BPF_JMP | BPF_JA, .k = (__u32)-2 },
		"instruction 0 of the filter: it jumps out of the program");
	refused((struct sock_filter){ .code = BPF_JMP | BPF_JEQ, .jf = 1 },
		"instruction 0 of the filter: it jumps out of the program");
	refused((struct sock_filter){ .code = BPF_JMP | BPF_JEQ, .jt = 255 },
		"instruction 0 of the filter: it jumps out of the program");
}

static void programs_without_an_end(void **state)
{
	const struct sock_filter tax = { .code = BPF_MISC | BPF_TAX };

	(void)state;
	assert_int_equal(translate(&tax, 1), -EINVAL);
	assert_string_equal(why.text, "the filter does not end with a verdict");
	assert_int_equal(translate(&tax, 0), -EINVAL);
}

/* Not optimized, which would take libpcap minutes. Returns the error; `why` tells more. */
static int translate_expression(const char *expression)
{
	struct sock_filter *program;
	size_t n;
	int err;

	assert_int_equal(expression_compile(expression, false, &program, &n, &why), 0);
	err = translate(program, n);
	free(program);
	return err;
}

/* Of `n` alternatives, each of which has the prefix and another number. */
static int translate_many(const char *prefix, int n)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err;

	assert_non_null(out);
	for (int i = 0; i < n; i++)
		fprintf(out, "%s%s%d", i ? " or " : "", prefix, i);
	fclose(out);
	err = translate_expression(text);
	free(text);
	return err;
}

static void what_the_kernel_could_not_follow(void **state)
{
	(void)state;
	assert_int_equal(translate_many("udp dst port ", 200), 0);
	assert_int_equal(translate_expression("protochain 6 or protochain 17"), 0);
	assert_int_equal(translate_many("ip protochain ", 9), -E2BIG);
	assert_string_equal(why.text, "the filter has more than 8 loops (protochain)");
	assert_int_equal(translate_many("ip6 protochain ", 8), -E2BIG);
	assert_string_equal(why.text, "the filter has too many loops (protochain) for the kernel");
}

/* A load, and then instructions of two kinds in turn. */
static void refused_as_too_long(__u16 odd, __u16 even, size_t n, const char *reason)
{
	struct sock_filter *program = calloc(n, sizeof(*program));

	assert_non_null(program);
	for (size_t pc = 1; pc + 1 < n; pc++)
		program[pc].code = pc % 2 ? odd : even;
	program[0].code = BPF_LD | BPF_W | BPF_ABS;
	program[n - 1].code = BPF_RET;
	assert_int_equal(translate(program, n), -E2BIG);
	if (strncmp(why.text, reason, strlen(reason)) != 0)
		fail_msg("%s", why.text);
	free(program);
}

static void what_is_too_long(void **state)
{
	const __u16 shift = BPF_ALU | BPF_LSH | BPF_X, tax = BPF_MISC | BPF_TAX,
		    jump = BPF_JMP | BPF_JEQ;

	(void)state;
	refused_as_too_long(tax, tax, CLASSIC_MAX + 1,
			    "the filter is too long: 16385 instructions, of 16384");
	/* 16 bits hold how far a jump of eBPF goes, as from the first load to the slow copy. */
	refused_as_too_long(shift, tax, 15000, "the filter is too long: 75");
	refused_as_too_long(jump, jump, 8002, "the filter has too many terms for the kernel");
}

static void the_code_as_text(void **state)
{
	static const char *const lines[] = {
		"   0: (63) *(u32 *)(r10 -16) = r2",
		"   1: (b4) w0 = 0",
		"   2: (61) r0 = *(u32 *)(r10 -16)",
		"   3: (36) if w0 >= 0x64 goto pc+1",
		"   4: (05) goto pc+2",
		"   5: (b4) w0 = 1",
		"   6: (95) exit",
		"   7: (b4) w0 = 0",
		"   8: (95) exit",
	};
	struct sock_filter *program;
	struct bpf_insn *code;
	char text[DUMP_MAX];
	size_t n, count;

	(void)state;
	assert_int_equal(expression_compile("greater 100", true, &program, &n, &why), 0);
	assert_string_equal(expression_image(program, 1),
			    "(001) jge      #0x64            jt 2	jf 3");
	assert_int_equal(translate_program(program, n, FILTER_XDP, &code, &count, &why), 0);
	assert_int_equal(count, sizeof(lines) / sizeof(lines[0]));
	for (size_t pc = 0; pc < count; pc++)
		assert_string_equal(dump_ebpf(text, code, pc), lines[pc]);
	free(code);
	free(program);
}

/* No instruction that the translator makes is shown as numbers. */
static void all_code_has_a_text(void **state)
{
	static const char *const expressions[] = {
		"ip6 protochain 6",
		"ip[ip[8] << ip[9]] / len % 3 - ip[7] * -ip[8] ^ 5 | 3 = ip[4:4]",
		"tcp port 443",
		"geneve and tcp[tcpflags] & tcp-syn != 0",
		"ip[6:2] & 0x1fff != 0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
		struct sock_filter *program;
		struct bpf_insn *code;
		char text[DUMP_MAX];
		size_t n, count;

		assert_int_equal(expression_compile(expressions[i], true, &program, &n, &why), 0);
		assert_int_equal(translate_program(program, n, FILTER_XDP, &code, &count, &why), 0);
		for (size_t pc = 0; pc < count; pc++)
			assert_null(strchr(dump_ebpf(text, code, pc), ','));
		free(code);
		free(program);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions_that_are_none),
		cmocka_unit_test(operands_that_are_wrong),
		cmocka_unit_test(programs_without_an_end),
		cmocka_unit_test(what_the_kernel_could_not_follow),
		cmocka_unit_test(what_is_too_long),
		cmocka_unit_test(the_code_as_text),
		cmocka_unit_test(all_code_has_a_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
