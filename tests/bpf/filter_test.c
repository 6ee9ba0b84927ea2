// SPDX-License-Identifier: BSD-2-Clause
/*
 * Translated filters in the kernel: on each frame, of the fixtures and of other people's captures,
 * whole, in two buffers and cut, their verdict is that of libpcap. Run by `make test-bpf`; in a
 * guest, where everything is slow, with some of the frames only.
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
#include <netinet/in.h>
#include <sys/utsname.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/cli/expression.h"
#include "loader/filter/object.h"
#include "loader/filter/translate.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/expressions.h"
#include "tests/bpf/filter.skel.h"
#include "tests/bpf/frames.h"
#include "tests/bpf/judge.h"
#include "tests/bpf/mutate.h"
#include "tests/bpf/run.h"
#include "tests/bpf/verdict.h"

/* Bytes at larger offsets can't be read. */
#define LONGEST 65536

static const struct captured_frame *captured;
static size_t n_captured;
static int can_split;
static size_t one_in; /* of the frames, for each expression others */
static struct {
	size_t expressions, undefined, whole, split, cut, matches;
} compared;

static struct reason why;

/* A filter as it is compiled and translated, and loaded. */
struct filter {
	struct sock_filter *classic;
	size_t n_classic;
	struct bpf_insn *code;
	size_t n;
	struct verdict verdict;
	int fd;
};

static void translate(const char *expression, bool optimize, struct filter *f)
{
	int err = expression_compile(expression, optimize, &f->classic, &f->n_classic, &why);

	if (!err)
		err = translate_program(f->classic, f->n_classic, FILTER_XDP, &f->code, &f->n,
					&why);
	if (err)
		fail_msg("%s: %s", expression, why.text);
	assert_int_equal(verdict_open(&f->verdict, f->classic, f->n_classic, true), 0);
}

static void load(const char *expression, bool optimize, struct filter *f)
{
	const char *log;

	translate(expression, optimize, f);
	f->fd = judge_load(f->code, f->n, &log);
	if (f->fd < 0)
		fail_msg("%s: the verifier refuses it: %s\n%s", expression, strerror(-f->fd), log);
}

static void release(struct filter *f)
{
	if (f->fd > 0)
		close(f->fd);
	verdict_close(&f->verdict);
	free(f->code);
	free(f->classic);
}

/* Compares the verdicts on a frame. Returns whether it matches. */
static int compare(const struct filter *f, const char *expression, const void *frame, __u32 len,
		   __u32 linear)
{
	int want = verdict_of(&f->verdict, frame, len, NULL);
	int got = judge_run(f->fd, frame, len, linear);

	if (want < 0)
		fail_msg("%s: a frame of %u bytes: libpcap and classic_run() disagree", expression,
			 len);
	if (got != want)
		fail_msg(
			"%s: a frame of %u bytes, %u of them linear (0: all): libpcap says %d, the kernel %d",
			expression, len, linear, want, got);
	compared.matches += (size_t)want;
	return want;
}

/* A number of first bytes, among the headers. */
static __u32 head(struct rng *rng, __u32 len)
{
	return RUN_MIN + rng_below(rng, (len < 128 ? len : 128) - RUN_MIN + 1);
}

static void compare_with_frames(struct rng *rng, const struct filter *f, const char *expression)
{
	for (size_t i = compared.expressions % one_in; i < n_captured; i += one_in) {
		__u32 len = captured[i].len < LONGEST ? captured[i].len : LONGEST;

		if (len < RUN_MIN)
			continue;
		compare(f, expression, captured[i].data, len, 0);
		compared.whole++;
		if (can_split) {
			compare(f, expression, captured[i].data, len, head(rng, len));
			compared.split++;
		}
		if (!rng_below(rng, 8)) {
			compare(f, expression, captured[i].data, head(rng, len), 0);
			compared.cut++;
		}
	}
}

static void expressions_judge_frames_as_libpcap_does(void **state)
{
	FILE *from = expressions_open();
	struct rng rng = rng_seeded(1);
	const char *expression;
	bool optimize;

	(void)state;
	assert_non_null(from);
	while ((expression = expressions_next(from, &optimize))) {
		struct filter f = { 0 };

		load(expression, optimize, &f);
		compare_with_frames(&rng, &f, expression);
		compared.undefined += !f.verdict.libpcap;
		release(&f);
		compared.expressions++;
	}
	fclose(from);
	print_message(
		"# %zu expressions: %zu verdicts on whole frames, %zu in two buffers, %zu on cut ones; %zu matches; libpcap does not define %zu of them\n",
		compared.expressions, compared.whole, compared.split, compared.cut,
		compared.matches, compared.undefined);
	assert_true(compared.expressions >= 400);
}

/* The kernel gives a frame of more than a page several buffers. */
static void frames_of_several_buffers(void **state)
{
	const char *const expressions[] = {
		"ether[3000] = 0xee",
		"ether[4000] = 0xee",
		"ether[8999] = 0xdd",
		"ether[8999:2] = 0xdddd",
		"ether[len - 1] = 0xdd",
		"ether[len - 4:4] = 0xdddddddd",
		"ether[len - 3:4] = 0",
		"ether[30000:4] = 0xdddddddd",
		"ether[40000:2] = 0xdddd",
		"ether[len / 2:4] = 0xdddddddd",
		"tcp and ether[ip[2:2] + 13] = 0xee and greater 9000",
		"ether[65534:2] = 0xdddd",
		"ether[65535:2] >= 0",
	};
	const __u32 lengths[] = { 100,  3519, 3520, 3521,  4096,  7617,
				  8999, 9000, 9001, 40000, 40002, LONGEST };
	static struct frame frame;
	size_t matches = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
		struct filter f = { 0 };

		load(expressions[i], true, &f);
		for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++) {
			start_ipv4(&frame, IPPROTO_TCP);
			add_tcp(&frame, TCP_ACK);
			add_payload(&frame, 20);
			add_padding(&frame, lengths[k] - frame.len);
			matches += (size_t)compare(&f, expressions[i], frame.data, frame.len, 0);
		}
		release(&f);
	}
	assert_true(matches > 20);
}

/* As many extension headers as a loop has rounds are walked, and not one more. */
static void rounds_of_a_loop(void **state)
{
	static struct frame frame;
	struct filter f = { 0 };

	(void)state;
	load("ip6 protochain 17", true, &f);
	for (__u32 n = TRANSLATE_ROUNDS_MAX - 1; n <= TRANSLATE_ROUNDS_MAX + 1; n++) {
		start_ipv6(&frame, IPPROTO_DSTOPTS);
		for (__u32 i = 1; i < n; i++)
			add_ext(&frame, IPPROTO_DSTOPTS, 8);
		add_ext(&frame, IPPROTO_UDP, 8);
		add_udp(&frame, 10);
		assert_int_equal(judge_libpcap(f.classic, f.n_classic, frame.data, frame.len), 1);
		assert_int_equal(judge_run(f.fd, frame.data, frame.len, 0),
				 n <= TRANSLATE_ROUNDS_MAX);
		if (can_split)
			assert_int_equal(judge_run(f.fd, frame.data, frame.len, 64),
					 n <= TRANSLATE_ROUNDS_MAX);
	}
	release(&f);
}

static struct filter_bpf *open_joined(const void *joined, size_t size)
{
	struct filter_bpf *skel = calloc(1, sizeof(*skel));

	assert_non_null(skel);
	assert_int_equal(filter_bpf__create_skeleton(skel), 0);
	skel->skeleton->data = (void *)joined;
	skel->skeleton->data_sz = size;
	if (bpf_object__open_skeleton(skel->skeleton, NULL)) {
		filter_bpf__destroy(skel);
		return NULL;
	}
	return skel;
}

static void join(const char *expression, bool optimize)
{
	const void *object;
	struct filter f = { 0 };
	struct filter_bpf *skel;
	size_t size, joined_size;
	void *joined;
	translate(expression, optimize, &f);
	object = filter_bpf__elf_bytes(&size);
	if (object_join(object, size, FILTER_XDP, f.code, f.n, &joined, &joined_size, &why))
		fail_msg("%s: %s", expression, why.text);
	skel = open_joined(joined, joined_size);
	assert_non_null(skel);
	assert_int_equal(skel->rodata->verdicts[1], XDP_PASS);
	if (filter_bpf__load(skel))
		fail_msg("%s: can't load the joined object", expression);
	f.fd = bpf_program__fd(skel->progs.judge);
	for (size_t i = compared.expressions % 100; i < n_captured; i += 100)
		if (captured[i].len >= RUN_MIN && captured[i].len <= LONGEST)
			compare(&f, expression, captured[i].data, captured[i].len, 0);
	assert_true(skel->bss->frames > 0);
	f.fd = -1;
	filter_bpf__destroy(skel);
	free(joined);
	release(&f);
}

static void joined_objects_judge_alike(void **state)
{
	FILE *from = expressions_open();
	const char *expression;
	bool optimize;
	size_t n = 0;

	(void)state;
	assert_non_null(from);
	compared.expressions = 0;
	while ((expression = expressions_next(from, &optimize)))
		if (n++ % (one_in < 20 ? one_in : 20) == 0) {
			join(expression, optimize);
			compared.expressions++;
		}
	fclose(from);
	print_message("# %zu joined objects\n", compared.expressions);
}

/* What the weak function does, which no filter has replaced. */
static void without_a_filter_all_matches(void **state)
{
	static struct frame frame;
	struct filter_bpf *skel = filter_bpf__open_and_load();

	(void)state;
	assert_non_null(skel);
	start_ipv4(&frame, IPPROTO_TCP);
	assert_int_equal(judge_run(bpf_program__fd(skel->progs.judge), frame.data, frame.len, 0),
			 1);
	filter_bpf__destroy(skel);
}

static char *hosts(int n)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (int i = 0; i < n; i++)
		fprintf(out, "%shost 10.0.%d.%d", i ? " or " : "", i / 256, i % 256);
	fclose(out);
	return text;
}

/* Far from its limit of a million instructions. */
static void the_verifier_takes(const char *name, const char *expression, __u32 most)
{
	struct filter f = { 0 };
	struct utsname uts;
	__u32 n;

	load(expression, true, &f);
	n = judge_verified(f.fd);
	uname(&uts);
	print_message("# Linux %s, filter '%s': %zu instructions, %u processed by the verifier\n",
		      uts.release, name, f.n, n);
	release(&f);
	assert_true(n < most);
}

static void far_from_the_verifiers_limit(void **state)
{
	char *many = hosts(100);

	(void)state;
	the_verifier_takes("tcp port 443", "tcp port 443", 2000);
	the_verifier_takes("3 terms", "tcp port 443 and not net 10.0.0.0/8 and less 1000", 4000);
	the_verifier_takes("100 hosts", many, 20000);
	free(many);
	the_verifier_takes("ip6 protochain 6", "ip6 protochain 6", 200000);
	the_verifier_takes("protochain 6 or protochain 17", "protochain 6 or protochain 17",
			   800000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions_judge_frames_as_libpcap_does),
		cmocka_unit_test(frames_of_several_buffers),
		cmocka_unit_test(rounds_of_a_loop),
		cmocka_unit_test(joined_objects_judge_alike),
		cmocka_unit_test(without_a_filter_all_matches),
		cmocka_unit_test(far_from_the_verifiers_limit),
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
	n_captured = captures_load(&captured);
	can_split = run_can_split();
	one_in = getenv("XDPTAP_GUEST") ? 10 : 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
