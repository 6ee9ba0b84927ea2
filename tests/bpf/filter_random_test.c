// SPDX-License-Identifier: BSD-2-Clause
/*
 * Random filters and random frames: the kernel's verdict is libpcap's. Expressions are compiled
 * with and without libpcap's optimizer; classic programs, in which anything may follow anything,
 * are also judged by an interpreter that knows how many rounds a loop has. Run by `make test-bpf`;
 * in a guest with fewer. XDPTAP_SEED=n gives the same filters again, XDPTAP_FILTERS=n says how
 * many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>

#include "pin/cli/expression.h"
#include "loader/filter/translate.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/filter_make.h"
#include "tests/bpf/judge.h"
#include "tests/bpf/run.h"
#include "tests/bpf/verdict.h"

/* Always the same ones, unless another seed is asked for. */
#define DEFAULT_SEED    1
#define DEFAULT_FILTERS 5000
#define GUEST_FILTERS   300

#define FRAMES            1000
#define LONGEST           65536 /* bytes at larger offsets can't be read */
#define FRAMES_PER_FILTER 12

static struct {
	__u8 *data;
	__u32 len;
} frames[FRAMES];

static __u64 seed, filters, current;
static int can_split;
static struct reason why;

/* What was compared, and what was not. */
struct counts {
	size_t filters, verdicts, matches, jumped_back, undefined, refused, too_complex;
	__u32 most_verified;
};

static __u64 from_environment(const char *name, __u64 otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void make_frames(void)
{
	static struct frame f, other;
	const struct captured_frame *captured;
	size_t n_captured = captures_load(&captured);
	struct rng rng = rng_seeded(seed);

	for (size_t i = 0; i < FRAMES; i++) {
		__u32 kind = rng_below(&rng, 8);

		if (kind == 0) {
			random_noise(&rng, &f);
		} else if (kind < 4) {
			const struct captured_frame *from =
				&captured[rng_below(&rng, (__u32)n_captured)];

			f.len = from->len < LONGEST ? from->len : LONGEST;
			memset(f.data, 0, RUN_MIN);
			memcpy(f.data, from->data, f.len);
			if (f.len < RUN_MIN)
				f.len = RUN_MIN;
		} else {
			random_build(&rng, &f);
		}
		random_build(&rng, &other);
		if (rng_below(&rng, 2))
			mutate(&rng, &f, &other);
		if (f.len > LONGEST)
			f.len = LONGEST;
		frames[i].len = f.len;
		frames[i].data = malloc(f.len);
		assert_non_null(frames[i].data);
		memcpy(frames[i].data, f.data, f.len);
	}
}

static void print_program(const struct sock_filter *program, size_t n)
{
	for (size_t pc = 0; pc < n; pc++)
		print_error("# (%03zu) %#04x %u %u %#x\n", pc, program[pc].code, program[pc].jt,
			    program[pc].jf, program[pc].k);
}

/* A filter that is loaded. */
struct filter {
	const char *name;
	struct verdict verdict;
	int fd;
};

/* Returns whether the frame matches. */
static int compare(const struct filter *f, struct counts *counts, const __u8 *frame, __u32 len,
		   __u32 linear)
{
	int want = verdict_of(&f->verdict, frame, len, &counts->jumped_back);
	int got = judge_run(f->fd, frame, len, linear);

	if (want < 0)
		fail_msg("%s: a frame of %u bytes: libpcap and classic_run() disagree", f->name,
			 len);
	if (got != want) {
		print_program(f->verdict.program, f->verdict.n);
		fail_msg("%s: a frame of %u bytes, %u of them linear (0: all): want %d, got %d",
			 f->name, len, linear, want, got);
	}
	return want;
}

static void compare_frames(struct rng *rng, const struct filter *f, struct counts *counts)
{
	for (int i = 0; i < FRAMES_PER_FILTER; i++) {
		__u32 which = rng_below(rng, FRAMES), len = frames[which].len, linear = 0;
		__u32 head = RUN_MIN + rng_below(rng, (len < 128 ? len : 128) - RUN_MIN + 1);

		if (can_split && i % 2)
			linear = head;
		else if (!rng_below(rng, 4))
			len = head;
		counts->matches += (size_t)compare(f, counts, frames[which].data, len, linear);
	}
	counts->verdicts += FRAMES_PER_FILTER;
}

/*
 * Returns the descriptor of the program; -1 if the translator refuses it, with a reason, or the
 * verifier, for having too much to follow.
 */
static int load(const char *name, const struct sock_filter *program, size_t n,
		struct counts *counts)
{
	struct bpf_insn *code;
	const char *log;
	size_t count;
	__u32 verified;
	int fd, err;

	*why.text = '\0';
	err = translate_program(program, n, FILTER_XDP, &code, &count, &why);
	if (err == -E2BIG && *why.text) {
		counts->refused++;
		return -1;
	}
	if (err)
		fail_msg("%s: %s", name, why.text);
	fd = judge_load(code, count, &log);
	free(code);
	if (fd == -ENOSPC || fd == -E2BIG) {
		counts->too_complex++;
		return -1;
	}
	if (fd < 0) {
		print_program(program, n);
		fprintf(stderr, "%s\n", log);
		fail_msg("%s: the verifier refuses it: %s", name, strerror(-fd));
	}
	verified = judge_verified(fd);
	if (counts->most_verified < verified)
		counts->most_verified = verified;
	return fd;
}

static void judge(struct rng *rng, const char *name, const struct sock_filter *program, size_t n,
		  bool ends, struct counts *counts)
{
	struct filter f = { .name = name };

	counts->filters++;
	f.fd = load(name, program, n, counts);
	if (f.fd < 0)
		return;
	assert_int_equal(verdict_open(&f.verdict, program, n, ends), 0);
	counts->undefined += !f.verdict.libpcap;
	compare_frames(rng, &f, counts);
	verdict_close(&f.verdict);
	close(f.fd);
}

static void judge_expression(struct rng *rng, const char *text, bool optimize,
			     struct counts *counts)
{
	struct sock_filter *program;
	size_t n;

	if (expression_compile(text, optimize, &program, &n, &why))
		return;
	judge(rng, text, program, n, true, counts);
	free(program);
}

static void print_counts(const char *what, const struct counts *c)
{
	print_message(
		"# %s: %zu filters, %zu verdicts, %zu matches, %zu jumped backwards; only classic_run() judges %zu filters\n",
		what, c->filters, c->verdicts, c->matches, c->jumped_back, c->undefined);
	print_message(
		"# %zu filters refused by the translator, %zu too complex for the verifier; at most %u instructions processed\n",
		c->refused, c->too_complex, c->most_verified);
}

/* Expression n of a seed is expression 0 of seed + n. */
static void random_expressions(void **state)
{
	static char text[FILTER_MAKE_EXPRESSION_MAX];
	struct counts counts = { 0 };

	(void)state;
	for (current = 0; counts.filters < 2 * filters; current++) {
		struct rng rng = rng_seeded(seed + current);

		filter_make_expression(&rng, text);
		judge_expression(&rng, text, true, &counts);
		judge_expression(&rng, text, false, &counts);
	}
	print_counts("expressions, with and without libpcap's optimizer", &counts);
	assert_int_equal(counts.too_complex, 0);
	assert_true(counts.refused <= counts.filters / 100);
}

static void random_programs(void **state)
{
	static struct sock_filter program[FILTER_MAKE_PROGRAM_MAX];
	struct counts counts = { 0 };
	char name[64];

	(void)state;
	for (current = 0; current < (filters + 3) / 4; current++) {
		struct rng rng = rng_seeded(~(seed + current));
		size_t n = filter_make_program(&rng, !rng_below(&rng, 8), program);

		snprintf(name, sizeof(name), "program of XDPTAP_SEED=%llu", seed + current);
		judge(&rng, name, program, n, false, &counts);
	}
	print_counts("classic programs", &counts);
	assert_true(counts.too_complex <= counts.filters / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_expressions),
		cmocka_unit_test(random_programs),
	};
	const char *log;
	const struct bpf_insn all[] = {
		{ .code = BPF_ALU | BPF_MOV | BPF_K, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd;

	libbpf_set_print(NULL);
	fd = judge_load(all, 2, &log);
	if (fd == -EPERM || fd == -EACCES)
		skip_all("may not load BPF programs; run as root");
	close(fd);
	seed = from_environment("XDPTAP_SEED", DEFAULT_SEED);
	filters = from_environment("XDPTAP_FILTERS",
				   getenv("XDPTAP_GUEST") ? GUEST_FILTERS : DEFAULT_FILTERS);
	can_split = run_can_split();
	make_frames();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	print_message("# XDPTAP_SEED=%llu XDPTAP_FILTERS=%llu\n", seed, filters);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
