// SPDX-License-Identifier: BSD-2-Clause
/*
 * The code of the trace program, run by a stand-in (standin.bpf.c), so on any kernel: events are
 * those of the parser in user space, captured bytes those of the first buffer, and filters judge
 * as libpcap does. Run by `make test-bpf`; in a guest, where everything is slow, with some of the
 * frames only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <netinet/in.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/parse.h"
#include "pin/cli/expression.h"
#include "loader/filter/object.h"
#include "loader/filter/translate.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/event_diff.h"
#include "tests/bpf/expressions.h"
#include "tests/bpf/mutate.h"
#include "tests/bpf/run.h"
#include "tests/bpf/standin.skel.h"
#include "tests/bpf/verdict.h"

#define FULL              XDPTAP_SNAPLEN_MAX
#define MOST_INSTRUCTIONS 60000

static struct {
	struct standin_bpf *skel;
	void *joined;
	struct ring_buffer *ring;
	__u8 *frame; /* mapped */
	int fd;
	__u32 snaplen;
	int taken;
	struct packet_event ev;
	__u32 caplen;
	__u8 bytes[FRAME_MAX];
} standin;

static const struct captured_frame *captured;
static size_t n_captured, one_in;
static struct reason why;

static int take_record(void *ctx, void *data, size_t size)
{
	(void)ctx;
	assert_in_range(size, sizeof(standin.ev), sizeof(standin.ev) + sizeof(standin.bytes));
	memcpy(&standin.ev, data, sizeof(standin.ev));
	standin.caplen = (__u32)(size - sizeof(standin.ev));
	memcpy(standin.bytes, (const __u8 *)data + sizeof(standin.ev), standin.caplen);
	standin.taken++;
	return 0;
}

static void open_object(const struct bpf_insn *code, size_t n)
{
	struct standin_bpf *skel = calloc(1, sizeof(*skel));
	size_t size;
	const void *own;

	assert_non_null(skel);
	assert_int_equal(standin_bpf__create_skeleton(skel), 0);
	if (code) {
		own = standin_bpf__elf_bytes(&size);
		if (object_join(own, size, FILTER_TRACE, code, n, &standin.joined, &size, &why))
			fail_msg("%s", why.text);
		skel->skeleton->data = standin.joined;
		skel->skeleton->data_sz = size;
	}
	assert_int_equal(bpf_object__open_skeleton(skel->skeleton, NULL), 0);
	skel->rodata->filtered = code != NULL;
	standin.skel = skel;
}

static void standin_open(__u32 snaplen, __u32 flows, const struct bpf_insn *code, size_t n)
{
	int err;

	open_object(code, n);
	standin.snaplen = standin.skel->rodata->snaplen = snaplen;
	standin.skel->rodata->flows = flows;
	if (flows) {
		assert_int_equal(bpf_map__set_max_entries(standin.skel->maps.flow_map, flows), 0);
	} else {
		assert_int_equal(bpf_map__set_autocreate(standin.skel->maps.flow_map, false), 0);
		assert_int_equal(bpf_map__set_autocreate(standin.skel->maps.flow_flushed, false),
				 0);
	}
	err = standin_bpf__load(standin.skel);
	if (err)
		fail_msg("the kernel refuses it: %s", strerror(-err));
	standin.fd = bpf_program__fd(standin.skel->progs.trace_frame);
	standin.frame = mmap(NULL, FRAME_MAX, PROT_READ | PROT_WRITE, MAP_SHARED,
			     bpf_map__fd(standin.skel->maps.frame_map), 0);
	assert_ptr_not_equal(standin.frame, MAP_FAILED);
	standin.ring = ring_buffer__new(bpf_map__fd(standin.skel->maps.packet_ringbuf), take_record,
					NULL, NULL);
	assert_non_null(standin.ring);
}

static void standin_close(void)
{
	ring_buffer__free(standin.ring);
	munmap(standin.frame, FRAME_MAX);
	standin_bpf__destroy(standin.skel);
	free(standin.joined);
	memset(&standin, 0, sizeof(standin));
}

/* Runs it on a frame, with `linear` bytes in the first buffer. Returns whether there is an event.
 */
static int standin_run(const void *frame, __u32 len, __u32 linear)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	memcpy(standin.frame, frame, len);
	memset(standin.frame + len, FRAME_PADDING, len + 64 < FRAME_MAX ? 64 : FRAME_MAX - len);
	standin.skel->bss->frame_length = len;
	standin.skel->bss->linear_length = linear;
	assert_int_equal(bpf_prog_test_run_opts(standin.fd, &opts), 0);
	standin.taken = 0;
	assert_true(ring_buffer__consume(standin.ring) >= 0);
	return standin.taken;
}

static void compare_event(const __u8 *data, __u32 len)
{
	frame_t frame = { .data = data, .len = len };
	__u32 caplen = len < standin.snaplen ? len : standin.snaplen;
	struct packet_event want = { 0 };
	char text[EVENT_DIFF_MAX];

	parse_frame(&frame, len, &want);
	assert_int_equal(standin_run(data, len, len), 1);
	if (event_diff(&want, &standin.ev, text))
		fail_msg("frame of %u bytes: %s", len, text);
	assert_int_equal(standin.caplen, caplen);
	assert_memory_equal(standin.bytes, data, caplen);
}

static void captured_frames(void **state)
{
	const __u32 snaplens[] = { 0, 1, 14, 64, 128, 1500, 65535, FULL };

	(void)state;
	for (size_t s = 0; s < sizeof(snaplens) / sizeof(snaplens[0]); s++) {
		standin_open(snaplens[s], s % 2 ? 1000 : 0, NULL, 0);
		for (size_t i = 0; i < n_captured; i++)
			if (captured[i].len >= RUN_MIN && captured[i].len <= FRAME_MAX)
				compare_event(captured[i].data, captured[i].len);
		standin_close();
	}
}

/* Among them headers that begin or end behind what is copied. */
static void damaged_frames(void **state)
{
	static struct frame frame, other;
	struct rng rng = rng_seeded(2);
	size_t long_headers = 0;

	(void)state;
	standin_open(0, 0, NULL, 0);
	for (size_t i = 0; i < 200000 / one_in; i++) {
		random_build(&rng, &frame);
		random_build(&rng, &other);
		if (i % 4)
			mutate(&rng, &frame, &other);
		compare_event(frame.data, frame.len);
		long_headers += frame.len > 256;
	}
	assert_true(long_headers > 100);
	standin_close();
}

/* Cut by the first buffer's end, the bytes behind which can't be read. */
static void captured_bytes_end_with_the_first_buffer(void **state)
{
	static struct frame frame, *f = &frame;

	(void)state;
	standin_open(1000, 0, NULL, 0);
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	add_payload(f, 2000);
	for (__u32 linear = 0; linear <= f->len; linear += linear < 60 ? 1 : 7) {
		__u32 caplen = linear < 8 ? 0 : linear < 1000 ? linear : 1000;

		assert_int_equal(standin_run(f->data, f->len, linear), 1);
		assert_int_equal(standin.ev.len, f->len);
		assert_int_equal(standin.caplen, caplen);
		assert_memory_equal(standin.bytes, f->data, standin.caplen);
	}
	standin_close();
}

/* What lies behind the first buffer is not malformed: it can't be read. */
static void headers_behind_the_first_buffer_are_left_out(void **state)
{
	static struct frame frame, *f = &frame;

	(void)state;
	standin_open(0, 0, NULL, 0);
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	for (__u32 linear = 0; linear <= f->len; linear++) {
		assert_int_equal(standin_run(f->data, f->len, linear), 1);
		assert_int_equal(standin.ev.len, f->len);
		assert_int_equal(standin.ev.flags & XDPTAP_EV_MALFORMED, 0);
		assert_int_equal(!!(standin.ev.flags & XDPTAP_EV_IP), linear >= 34);
		assert_int_equal(!!(standin.ev.flags & XDPTAP_EV_PORTS), linear >= 38);
		assert_int_equal(!!(standin.ev.flags & XDPTAP_EV_TCP_FLAGS), linear >= 48);
	}
	f->data[14] = 0x44; /* a header of 16 bytes */
	assert_int_equal(standin_run(f->data, f->len, f->len), 1);
	assert_true(standin.ev.flags & XDPTAP_EV_MALFORMED);
	standin_close();
}

/* In the fast copy of the filter and in the slow one. */
static void filters_want_bytes_behind_the_first_buffer(void **state)
{
	static const struct {
		const char *expression;
		__u32 needs; /* so many first bytes */
	} filters[] = {
		{ "ether[100] = 0xee", 101 },  { "ether[200:4] = 0xeeeeeeee", 204 },
		{ "tcp[80:2] = 0xeeee", 116 }, { "len = 1054 and ether[1000] = 0xee", 1001 },
		{ "len = 1054", 0 },
	};
	static struct frame frame, *f = &frame;

	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	add_payload(f, 1000);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct sock_filter *classic;
		struct bpf_insn *code;
		size_t n_classic, n;

		assert_int_equal(
			expression_compile(filters[i].expression, true, &classic, &n_classic, &why),
			0);
		assert_int_equal(
			translate_program(classic, n_classic, FILTER_TRACE, &code, &n, &why), 0);
		standin_open(0, 0, code, n);
		for (__u32 linear = 60; linear <= f->len; linear++)
			assert_int_equal(standin_run(f->data, f->len, linear),
					 linear >= filters[i].needs);
		standin_close();
		free(code);
		free(classic);
	}
}

/* A program is loaded for each expression. */
static void expressions_judge_frames_as_libpcap_does(void **state)
{
	size_t expressions = 0, verdicts = 0, matches = 0;
	FILE *from = expressions_open();
	const char *expression;
	bool optimize;

	(void)state;
	assert_non_null(from);
	while ((expression = expressions_next(from, &optimize))) {
		struct sock_filter *classic;
		struct bpf_insn *code;
		size_t n_classic, n;
		struct verdict v;
		int err;

		if (expressions++ % one_in)
			continue;
		err = expression_compile(expression, optimize, &classic, &n_classic, &why);
		if (!err)
			err = translate_program(classic, n_classic, FILTER_TRACE, &code, &n, &why);
		if (err)
			fail_msg("%s: %s", expression, why.text);
		assert_int_equal(verdict_open(&v, classic, n_classic, true), 0);
		standin_open(0, 0, code, n);
		for (size_t i = 0; i < n_captured; i++) {
			__u32 len = captured[i].len < 65536 ? captured[i].len : 65536;
			int want;

			if (len < RUN_MIN)
				continue;
			want = verdict_of(&v, captured[i].data, len, NULL);
			if (standin_run(captured[i].data, len, len) != want)
				fail_msg("%s: frame %zu of %u bytes: libpcap says %d", expression,
					 i, len, want);
			verdicts++;
			matches += (size_t)want;
		}
		standin_close();
		verdict_close(&v);
		free(code);
		free(classic);
	}
	fclose(from);
	print_message("# %zu verdicts, %zu matches\n", verdicts, matches);
	assert_true(matches > 500);
}

static void far_from_the_verifiers_limit(void **state)
{
	const __u32 snaplens[] = { 0, 64, FULL };
	struct bpf_prog_info info;
	struct utsname uts;
	__u32 len;

	(void)state;
	uname(&uts);
	for (size_t i = 0; i < 2 * sizeof(snaplens) / sizeof(snaplens[0]); i++) {
		standin_open(snaplens[i / 2], i % 2 ? 1000 : 0, NULL, 0);
		len = sizeof(info);
		memset(&info, 0, len);
		assert_int_equal(bpf_obj_get_info_by_fd(standin.fd, &info, &len), 0);
		print_message(
			"# Linux %s, snaplen %u, flows %s: %u instructions processed by the verifier\n",
			uts.release, snaplens[i / 2], i % 2 ? "on" : "off", info.verified_insns);
		assert_in_range(info.verified_insns, 1, MOST_INSTRUCTIONS);
		standin_close();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captured_frames),
		cmocka_unit_test(damaged_frames),
		cmocka_unit_test(captured_bytes_end_with_the_first_buffer),
		cmocka_unit_test(headers_behind_the_first_buffer_are_left_out),
		cmocka_unit_test(filters_want_bytes_behind_the_first_buffer),
		cmocka_unit_test(expressions_judge_frames_as_libpcap_does),
		cmocka_unit_test(far_from_the_verifiers_limit),
	};

	one_in = getenv("XDPTAP_GUEST") ? 20 : 3;
	n_captured = captures_load(&captured);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0); /* skips all without the right to load programs */
	run_close(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
