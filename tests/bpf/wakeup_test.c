// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whom the program wakes, and when: bpf/wakeup.h, for each state that a reader
 * may leave. Run by `make test-bpf`.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include <netinet/in.h>

#include "bpf/capture.skel.h"
#include "tests/bpf/check.h"

#define RECORD_BYTES (sizeof(struct packet_event) + BPF_RINGBUF_HDR_SZ)
#define BELL_BYTES   (sizeof(__u64) + BPF_RINGBUF_HDR_SZ)

/* As wakeup.h looks only every 64th event: more than one look in each half. */
#define RING_RECORDS 512
#define LOOK_EVERY   64

/* As long as a wake-up that should not be is waited for. */
#define QUIET_MS 20

static struct frame frame, *f = &frame;
static int ring_epoll, bell_epoll;
static unsigned long *bell_consumer;
static const unsigned long *bell_producer;

/* Edge-triggered: that something is there is not told, only that somebody notified. */
static int watch(struct bpf_map *map)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(epoll_ctl(fd, EPOLL_CTL_ADD, bpf_map__fd(map), &ev), 0);
	return fd;
}

static int was_woken(int epoll_fd, int timeout_ms)
{
	struct epoll_event ev;
	int n = epoll_wait(epoll_fd, &ev, 1, timeout_ms);

	assert_in_range(n, 0, 1);
	return n;
}

static unsigned long bells(void)
{
	return (__atomic_load_n(bell_producer, __ATOMIC_ACQUIRE) - *bell_consumer) / BELL_BYTES;
}

static void empty_bell(void)
{
	*bell_consumer = *bell_producer;
}

static void set_wakeup(enum xdptap_wakeup when)
{
	*(volatile __u32 *)&run_object()->data_wakeup->wakeup = when;
}

static __u32 wakeup_state(void)
{
	return *(volatile __u32 *)&run_object()->data_wakeup->wakeup;
}

static void run_frames(int n)
{
	for (int i = 0; i < n; i++)
		assert_null(run_once(RUN_INPUT(f)));
}

/* On one CPU: each counts its events by itself, which says when it looks. */
static int open_all(void **state)
{
	const size_t page = (size_t)getpagesize();
	int bell_fd = bpf_map__fd(run_object()->maps.doorbell);
	cpu_set_t first;

	(void)state;
	CPU_ZERO(&first);
	CPU_SET(sched_getcpu(), &first);
	assert_int_equal(sched_setaffinity(0, sizeof(first), &first), 0);
	bell_consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, bell_fd, 0);
	bell_producer = mmap(NULL, page, PROT_READ, MAP_SHARED, bell_fd, (off_t)page);
	assert_true(bell_consumer != MAP_FAILED && bell_producer != MAP_FAILED);
	ring_epoll = watch(run_object()->maps.packet_ringbuf);
	bell_epoll = watch(run_object()->maps.doorbell);
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, 0);
	return 0;
}

/* Each test starts with empty rings, and with an event number that is looked at next. */
static int start_over(void **state)
{
	(void)state;
	set_wakeup(XDPTAP_WAKEUP_NEVER);
	run_drain(NULL, 0);
	while (run_stats().events % LOOK_EVERY)
		run_frames(1);
	run_drain(NULL, 0);
	empty_bell();
	was_woken(ring_epoll, 0);
	was_woken(bell_epoll, 0);
	return 0;
}

static void never(void **state)
{
	(void)state;
	run_frames(RING_RECORDS);
	assert_int_equal(bells(), 0);
	assert_false(was_woken(ring_epoll, QUIET_MS));
	assert_false(was_woken(bell_epoll, 0));
	assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_NEVER);
}

static void next_rings_once(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		set_wakeup(XDPTAP_WAKEUP_NEXT);
		assert_int_equal(bells(), 0);
		run_frames(1);
		assert_int_equal(bells(), 1);
		assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_NEVER);
		assert_true(was_woken(bell_epoll, 5000));
		run_frames(20);
		assert_int_equal(bells(), 1);
		assert_false(was_woken(bell_epoll, QUIET_MS));
		assert_false(was_woken(ring_epoll, 0));
		empty_bell();
	}
}

static void half_rings_when_a_ring_is_half_full(void **state)
{
	int rung_at = 0;

	(void)state;
	set_wakeup(XDPTAP_WAKEUP_HALF);
	run_frames(RING_RECORDS / 2 - 1);
	assert_int_equal(bells(), 0);
	assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_HALF);
	while (!bells() && rung_at < 2 * LOOK_EVERY) {
		run_frames(1);
		rung_at++;
	}
	assert_in_range(rung_at, 1, LOOK_EVERY + 1);
	assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_NEVER);
	assert_true(was_woken(bell_epoll, 5000));
	run_frames(LOOK_EVERY * 2);
	assert_int_equal(bells(), 1);
	assert_false(was_woken(ring_epoll, QUIET_MS));
}

/* A reader that wakes up by its timer is not woken. */
static void half_does_not_ring_while_it_is_read(void **state)
{
	(void)state;
	set_wakeup(XDPTAP_WAKEUP_HALF);
	for (int i = 0; i < 20; i++) {
		run_frames(RING_RECORDS / 2 - 1);
		run_drain(NULL, 0);
	}
	assert_int_equal(bells(), 0);
	assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_HALF);
}

/* Readers that do not set the state: the ring buffers notify by themselves. */
static void plain_has_the_ring_notify(void **state)
{
	(void)state;
	set_wakeup(XDPTAP_WAKEUP_PLAIN);
	for (int i = 0; i < 5; i++) {
		run_frames(1);
		assert_true(was_woken(ring_epoll, 5000));
		/* It notifies those who have caught up. */
		run_frames(1);
		assert_false(was_woken(ring_epoll, QUIET_MS));
		assert_int_equal(run_drain(NULL, 0), 2);
	}
	assert_int_equal(bells(), 0);
	assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_PLAIN);
}

/* xdptap writes the four states of enum xdptap_wakeup only. Another value does no harm. */
static void an_unknown_state_wakes_at_the_next_event(void **state)
{
	(void)state;
	set_wakeup((enum xdptap_wakeup)0xdeadbeef);
	run_frames(1);
	assert_int_equal(bells(), 1);
	assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_NEVER);
}

/* A doorbell that nobody empties does no harm. */
static void a_full_bell_loses_no_event(void **state)
{
	const int most = getpagesize() / (int)BELL_BYTES;

	(void)state;
	for (int i = 0; i < most + 20; i++) {
		set_wakeup(XDPTAP_WAKEUP_NEXT);
		run_frames(1);
		assert_int_equal(run_drain(NULL, 0), 1);
		assert_int_equal(wakeup_state(), XDPTAP_WAKEUP_NEVER);
	}
	assert_in_range(bells(), most - 1, most);
	empty_bell();
	set_wakeup(XDPTAP_WAKEUP_NEXT);
	run_frames(1);
	assert_int_equal(bells(), 1);
}

#define wakeup_test(f) cmocka_unit_test_setup(f, start_over)

int main(void)
{
	const struct CMUnitTest tests[] = {
		wakeup_test(never),
		wakeup_test(next_rings_once),
		wakeup_test(half_rings_when_a_ring_is_half_full),
		wakeup_test(half_does_not_ring_while_it_is_read),
		wakeup_test(plain_has_the_ring_notify),
		wakeup_test(an_unknown_state_wakes_at_the_next_event),
		wakeup_test(a_full_bell_loses_no_event),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(RING_RECORDS * RECORD_BYTES);
	return cmocka_run_group_tests(tests, open_all, run_close);
}
