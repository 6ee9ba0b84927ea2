// SPDX-License-Identifier: BSD-2-Clause
/* A ring that nobody reads: what does not fit is counted. Run by `make test-bpf`. */
#include <unistd.h>
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

/* An event and the ring's own record header. */
#define RECORD_BYTES (sizeof(struct packet_event) + 8)
#define FRAMES       10000

static void run_frames(int n)
{
	for (int i = 0; i < n; i++)
		assert_null(run_once(RUN_INPUT(f)));
}

static void events_stop_and_drops_count(void **state)
{
	/* The kernel keeps one byte free. */
	int fit = (int)((size_t)getpagesize() / RECORD_BYTES) - 1;
	struct packet_event events[4];
	struct packet_stats st;

	(void)state;
	start_ipv4(f, IPPROTO_TCP)->ttl = 1;
	add_tcp(f, 0);
	run_frames(fit);
	st = run_stats();
	assert_int_equal(st.events, fit);
	assert_int_equal(st.dropped, 0);

	for (int i = 1; i <= FRAMES; i++) {
		run_frames(1);
		st = run_stats();
		assert_int_equal(st.events, fit);
		assert_int_equal(st.dropped, i);
		assert_invariants(&st);
	}
	/* The frame whose event is lost is parsed and counted as any other. */
	assert_int_equal(st.packets, fit + FRAMES);
	assert_int_equal(st.bytes, (__u64)(fit + FRAMES) * f->len);
	assert_int_equal(st.tcp, fit + FRAMES);
	assert_int_equal(st.ipv4, fit + FRAMES);
	assert_int_equal(run_drain(events, 4), fit);
	for (int i = 0; i < 4; i++)
		assert_int_equal(events[i].len, f->len);
}

static void events_go_on_once_it_is_read(void **state)
{
	struct packet_stats before = run_stats(), after;
	struct packet_event ev;

	(void)state;
	start_ipv6(f, IPPROTO_UDP);
	add_udp(f, 100);
	for (int i = 0; i < FRAMES; i++)
		expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP,
			     .flags = EV(IP) | EV(PORTS));
	after = run_stats();
	assert_int_equal(after.events - before.events, FRAMES);
	assert_int_equal(after.dropped, before.dropped);
	assert_int_equal(run_drain(&ev, 1), 0);
}

static void events_keep_their_order(void **state)
{
	struct packet_event events[32];
	struct tcphdr *tcp;

	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	tcp = add_tcp(f, TCP_ACK);
	for (__u16 i = 0; i < 32; i++) {
		tcp->source = htons(i);
		run_frames(1);
	}
	assert_int_equal(run_drain(events, 32), 32);
	for (__u16 i = 0; i < 32; i++) {
		assert_int_equal(events[i].sport, i);
		if (i)
			assert_true(events[i].ts_ns >= events[i - 1].ts_ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_stop_and_drops_count),
		cmocka_unit_test(events_go_on_once_it_is_read),
		cmocka_unit_test(events_keep_their_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open((__u32)getpagesize());
	return cmocka_run_group_tests(tests, NULL, run_close);
}
