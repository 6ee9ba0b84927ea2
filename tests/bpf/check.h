/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes in, event and counters out: the assertions of the tests in this
 * folder. Each run is checked: XDP_PASS, the frame unchanged, one event of the
 * frame's length, and the counters moved as the event and abi.h say. What
 * fails counts at the caller's line.
 */
#ifndef XDPTAP_TEST_CHECK_H
#define XDPTAP_TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bpf/run.h"

/* A frame of frames.h as the input of a run. */
#define RUN_INPUT(frame, ...) \
	(&(struct run_input){ .data = (frame)->data, .len = (frame)->len, ##__VA_ARGS__ })

/* Runs `in`, a struct run_input, and returns its event. */
#define run(in) run_at(in, __FILE__, __LINE__)
struct packet_event run_at(const struct run_input *in, const char *file, int line);

/* Runs `in`, and asserts that the event is `want` in all but the time. */
#define assert_run_gives(in, want) assert_run_gives_at(in, want, __FILE__, __LINE__)
void assert_run_gives_at(const struct run_input *in, const struct packet_event *want,
			 const char *file, int line);

/* The same for a frame and the initializers of an event, but for its length. */
#define expect_event(frame, ...)           \
	assert_run_gives(RUN_INPUT(frame), \
			 &((struct packet_event){ .len = (frame)->len, __VA_ARGS__ }))

/* Asserts what abi.h promises of the counters at any time. */
#define assert_invariants(stats) assert_invariants_at(stats, __FILE__, __LINE__)
void assert_invariants_at(const struct packet_stats *st, const char *file, int line);

/* Initializers for expect_event(): what stands in the headers of frames.h. */
#define EV(name)        XDPTAP_EV_##name
#define FROM_MAC        .src = { FRAME_SRC_MAC }, .dst = { FRAME_DST_MAC }
#define FROM_IPV4       .src = { FRAME_SRC_IPV4 }, .dst = { FRAME_DST_IPV4 }, .eth_type = ETH_P_IP
#define FROM_IPV6       .src = { FRAME_SRC_IPV6 }, .dst = { FRAME_DST_IPV6 }, .eth_type = ETH_P_IPV6
#define WITH_PORTS      .sport = FRAME_SPORT, .dport = FRAME_DPORT
#define VLAN(depth, id) .vlan = (depth) << 12 | (id)

#endif /* XDPTAP_TEST_CHECK_H */
