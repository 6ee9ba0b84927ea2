// SPDX-License-Identifier: BSD-2-Clause
/*
 * The XDP program as a whole: an event of each kind of frame, and its counters.
 * Headers, clock and wake-ups have tests of their own beside this one. Run by
 * `make test-bpf`.
 */
#include <string.h>
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

/* Asserts that the last `n` frames moved the counters by these initializers, and no other. */
#define expect_counters(before, ...) \
	expect_counters_at(before, &(struct packet_stats){ __VA_ARGS__ }, __FILE__, __LINE__)

static void expect_counters_at(struct packet_stats before, const struct packet_stats *want,
			       const char *file, int line)
{
	struct packet_stats after = run_stats();
	const __u64 *a = (const __u64 *)&after, *b = (const __u64 *)&before;
	const __u64 *w = (const __u64 *)want;

	for (size_t i = 0; i < sizeof(after) / sizeof(*a); i++)
		_assert_int_equal(a[i] - b[i], w[i], file, line);
	assert_invariants_at(&after, file, line);
}

static void tcp(void **state)
{
	struct packet_stats before = run_stats();

	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = TCP_SYN,
		     .flags = EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN));
	expect_counters(before, .packets = 1, .bytes = 54, .tcp = 1, .events = 1, .ipv4 = 1);
}

static void udp(void **state)
{
	struct packet_stats before = run_stats();

	(void)state;
	start_ipv6(f, IPPROTO_UDP);
	add_udp(f, 100);
	expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS));
	expect_counters(before, .packets = 1, .bytes = 162, .udp = 1, .events = 1, .ipv6 = 1);
}

static void icmp(void **state)
{
	struct packet_stats before = run_stats();

	(void)state;
	start_ipv4(f, IPPROTO_ICMP);
	add_icmp(f, 8, 0);
	expect_event(f, FROM_IPV4, .proto = IPPROTO_ICMP, .icmp_type = 8,
		     .flags = EV(IP) | EV(ICMP));
	start_ipv6(f, IPPROTO_ICMPV6);
	add_icmp(f, 135, 0);
	expect_event(f, FROM_IPV6, .proto = IPPROTO_ICMPV6, .icmp_type = 135,
		     .flags = EV(IP) | EV(ICMP));
	expect_counters(before, .packets = 2, .bytes = 42 + 62, .other = 2, .events = 2, .ipv4 = 1,
			.ipv6 = 1, .icmp = 2);
}

static void icmp_of_the_other_ip_version_is_other(void **state)
{
	struct packet_stats before = run_stats();

	(void)state;
	start_ipv4(f, IPPROTO_ICMPV6);
	run(RUN_INPUT(f));
	start_ipv6(f, IPPROTO_ICMP);
	run(RUN_INPUT(f));
	expect_counters(before, .packets = 2, .bytes = 34 + 54, .other = 2, .events = 2, .ipv4 = 1,
			.ipv6 = 1);
}

static void tagged_arp(void **state)
{
	struct packet_stats before = run_stats();

	(void)state;
	add_eth(f, ETH_P_8021Q);
	add_vlan(f, 100, ETH_P_ARP);
	memset(add_payload(f, 28), 0, 28);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_ARP, VLAN(1, 100), .flags = EV(VLAN));
	expect_counters(before, .packets = 1, .bytes = 46, .other = 1, .events = 1, .non_ip = 1,
			.vlan = 1);
}

/* Of a later fragment the protocol is known, the ports are not. */
static void fragments(void **state)
{
	struct packet_stats before = run_stats();

	(void)state;
	set_ipv4_frag(start_ipv4(f, IPPROTO_UDP), 1480, 1);
	add_payload(f, 1000);
	expect_event(f, FROM_IPV4, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(FRAG) | EV(LATER));
	start_ipv6(f, IPPROTO_FRAGMENT);
	add_ipv6_frag(f, IPPROTO_TCP, 1448, 0);
	add_payload(f, 100);
	expect_event(f, FROM_IPV6, .proto = IPPROTO_TCP, .flags = EV(IP) | EV(FRAG) | EV(LATER));
	expect_counters(before, .packets = 2, .bytes = 1034 + 162, .udp = 1, .tcp = 1, .events = 2,
			.ipv4 = 1, .ipv6 = 1, .fragments = 2);
}

/* Its protocol is not to be known, so that it counts as other. */
static void unreadable_ip_header(void **state)
{
	struct packet_stats before = run_stats();

	(void)state;
	start_ipv4(f, IPPROTO_TCP)->ihl = 4;
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_IP, .flags = EV(MALFORMED));
	expect_counters(before, .packets = 1, .bytes = 54, .other = 1, .events = 1, .non_ip = 1,
			.malformed = 1);
}

/* Drivers and earlier programs put it before the frame. */
static void metadata_is_no_part_of_the_frame(void **state)
{
	struct packet_event plain;

	(void)state;
	start_ipv6(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	plain = run(RUN_INPUT(f));
	for (__u32 bytes = 4; bytes <= 32; bytes += 4)
		assert_run_gives(RUN_INPUT(f, .metadata = bytes), &plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp),
		cmocka_unit_test(udp),
		cmocka_unit_test(icmp),
		cmocka_unit_test(icmp_of_the_other_ip_version_is_other),
		cmocka_unit_test(tagged_arp),
		cmocka_unit_test(fragments),
		cmocka_unit_test(unreadable_ip_header),
		cmocka_unit_test(metadata_is_no_part_of_the_frame),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
