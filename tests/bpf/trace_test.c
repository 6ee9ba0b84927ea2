// SPDX-License-Identifier: BSD-2-Clause
/*
 * The trace programs, at entry and at exit, beside the XDP program, which they trace here: of each
 * frame both make an event, and the two are the same. Where the kernel refuses fentry the whole is
 * skipped; the guest kernels do not. Run by `make test-bpf`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <netinet/in.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/capture.skel.h"
#include "bpf/trace.skel.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/check.h"
#include "tests/bpf/event_diff.h"
#include "tests/bpf/mutate.h"

#define LOOPBACK 1 /* BPF_PROG_TEST_RUN's frames come from it */
#define FULL     XDPTAP_SNAPLEN_MAX

static struct {
	struct trace_bpf *skel;
	struct bpf_link *link;
	struct ring_buffer *ring;
	__u32 snaplen;
	int taken;
	struct packet_event ev;
	__u32 caplen;
	__u8 bytes[FRAME_MAX];
} trace;

static int take_record(void *ctx, void *data, size_t size)
{
	(void)ctx;
	assert_true(size >= sizeof(trace.ev));
	memcpy(&trace.ev, data, sizeof(trace.ev));
	trace.caplen = (__u32)(size - sizeof(trace.ev));
	assert_true(trace.caplen <= sizeof(trace.bytes));
	memcpy(trace.bytes, (const __u8 *)data + sizeof(trace.ev), trace.caplen);
	trace.taken++;
	return 0;
}

static __u32 own_netns(void)
{
	struct stat st;

	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	return (__u32)st.st_ino;
}

/* Which of the two programs; at exit, the member that it says the frame is of. */
static bool at_exit;
#define MEMBER 7

/* Chooses the program, which has yet to be loaded. */
static struct bpf_program *choose(struct trace_bpf *skel)
{
	struct bpf_program *prog = at_exit ? skel->progs.trace_exit : skel->progs.trace_packet_data;
	struct bpf_program *other = at_exit ? skel->progs.trace_packet_data
					    : skel->progs.trace_exit;

	skel->rodata->member = MEMBER;
	skel->rodata->actions = 1u << XDPTAP_PASS;
	assert_int_equal(bpf_program__set_autoload(other, false), 0);
	assert_int_equal(bpf_program__set_attach_target(
				 prog, bpf_program__fd(run_object()->progs.capture_packet_data),
				 XDPTAP_PROG_NAME),
			 0);
	return prog;
}

static void open_trace(__u32 snaplen, __u32 flows, __u32 ifindex)
{
	struct trace_bpf *skel = trace_bpf__open();
	struct bpf_program *prog;
	int err;

	assert_non_null(skel);
	trace.skel = skel;
	trace.snaplen = skel->rodata->snaplen = snaplen;
	skel->rodata->flows = flows;
	skel->rodata->ifindex = ifindex;
	skel->rodata->netns_ino = own_netns();
	if (flows) {
		assert_int_equal(bpf_map__set_max_entries(skel->maps.flow_map, flows), 0);
	} else {
		assert_int_equal(bpf_map__set_autocreate(skel->maps.flow_map, false), 0);
		assert_int_equal(bpf_map__set_autocreate(skel->maps.flow_flushed, false), 0);
	}
	prog = choose(skel);
	err = trace_bpf__load(skel);
	if (!err) {
		trace.link = bpf_program__attach(prog);
		err = trace.link ? 0 : -errno;
	}
	if (err == -EPERM && !getenv("XDPTAP_GUEST"))
		skip_all("this kernel refuses fentry");
	if (err)
		fail_msg("the kernel refuses it: %s", strerror(-err));
	trace.ring =
		ring_buffer__new(bpf_map__fd(skel->maps.packet_ringbuf), take_record, NULL, NULL);
	assert_non_null(trace.ring);
	trace.taken = 0;
}

static void close_trace(void)
{
	ring_buffer__free(trace.ring);
	bpf_link__destroy(trace.link);
	trace_bpf__destroy(trace.skel);
	memset(&trace, 0, sizeof(trace));
}

static void open_both(__u32 snaplen)
{
	run_open_snaplen(0, snaplen);
	open_trace(snaplen, 0, LOOPBACK);
}

static void close_both(void)
{
	close_trace();
	run_close(NULL);
}

/* `linear`: how much of the frame lies in the first buffer, if the test decides that. */
static void compare(const struct run_input *in)
{
	struct packet_event want = run(in);
	__u32 readable = in->linear ? in->linear : in->len;
	__u32 caplen = readable < trace.snaplen ? readable : trace.snaplen;
	char text[EVENT_DIFF_MAX];

	assert_int_equal(ring_buffer__consume(trace.ring), 1);
	if (at_exit) {
		want.action = XDPTAP_PASS;
		want.member = MEMBER;
	}
	if (event_diff(&want, &trace.ev, text))
		fail_msg("frame of %u bytes: %s", in->len, text);
	assert_int_equal(trace.caplen, caplen);
	assert_memory_equal(trace.bytes, in->data, caplen);
}

/* A frame that TEST_RUN puts into one buffer on all kernels. */
static bool is_linear(__u32 len)
{
	return len >= RUN_MIN && len <= 3000;
}

static void captured_frames_give_the_same_events(void **state)
{
	const __u32 snaplens[] = { 0, 1, 13, 14, 64, 100, 128, 1500, 65535, FULL };
	const struct captured_frame *frames;
	size_t n = captures_load(&frames), compared;

	at_exit = *(bool *)*state;
	for (size_t s = 0; s < sizeof(snaplens) / sizeof(snaplens[0]); s++) {
		open_both(snaplens[s]);
		compared = 0;
		for (size_t i = 0; i < n; i++) {
			if (!is_linear(frames[i].len))
				continue;
			compare(&(struct run_input){ .data = frames[i].data,
						     .len = frames[i].len });
			compared++;
		}
		assert_true(compared > 100);
		close_both();
	}
}

static void damaged_frames_give_the_same_events(void **state)
{
	static struct frame frame, other;
	struct rng rng = rng_seeded(1);

	at_exit = *(bool *)*state;
	open_both(0);
	for (int i = 0; i < 20000; i++) {
		random_build(&rng, &frame);
		random_build(&rng, &other);
		if (i % 4)
			mutate(&rng, &frame, &other);
		if (is_linear(frame.len))
			compare(RUN_INPUT(&frame));
	}
	close_both();
}

/* Of what lies in later buffers a trace program sees the length only. */
static void later_buffers_are_cut_and_counted(void **state)
{
	static struct frame frame, *f = &frame;
	struct packet_stats *percpu;
	struct packet_stats sum = {};
	__u64 truncated = 0;
	__u32 zero = 0;

	at_exit = *(bool *)*state;
	if (!run_can_split()) {
		print_message("# this kernel does not let a test choose the first buffer\n");
		return;
	}
	open_both(FULL);
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	add_payload(f, 2000);
	for (__u32 linear = 54; linear <= f->len; linear += 97) {
		compare(RUN_INPUT(f, .linear = linear));
		truncated++;
	}
	compare(RUN_INPUT(f));
	percpu = calloc((size_t)libbpf_num_possible_cpus(), sizeof(*percpu));
	assert_non_null(percpu);
	assert_int_equal(
		bpf_map_lookup_elem(bpf_map__fd(trace.skel->maps.stats_map), &zero, percpu), 0);
	for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++) {
		sum.truncated += percpu[cpu].truncated;
		sum.events += percpu[cpu].events;
	}
	free(percpu);
	assert_int_equal(sum.truncated, truncated);
	assert_int_equal(sum.events, truncated + 1);
	close_both();
}

static void other_interfaces_are_left_alone(void **state)
{
	static struct frame frame, *f = &frame;

	at_exit = *(bool *)*state;
	run_open(0);
	open_trace(0, 0, LOOPBACK + 1);
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	run(RUN_INPUT(f));
	assert_int_equal(ring_buffer__consume(trace.ring), 0);
	close_both();
}

int main(void)
{
	static bool entry = false, returned = true;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(captured_frames_give_the_same_events, &entry),
		cmocka_unit_test_prestate(damaged_frames_give_the_same_events, &entry),
		cmocka_unit_test_prestate(later_buffers_are_cut_and_counted, &entry),
		cmocka_unit_test_prestate(other_interfaces_are_left_alone, &entry),
		cmocka_unit_test_prestate(captured_frames_give_the_same_events, &returned),
		cmocka_unit_test_prestate(damaged_frames_give_the_same_events, &returned),
		cmocka_unit_test_prestate(later_buffers_are_cut_and_counted, &returned),
		cmocka_unit_test_prestate(other_interfaces_are_left_alone, &returned),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	open_both(0); /* skips all where it can't be loaded */
	close_both();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
