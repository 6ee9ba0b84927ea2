// SPDX-License-Identifier: BSD-2-Clause
/* Whole frames that were once decoded wrongly, byte for byte; run by `make test-bpf`. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "tests/bpf/check.h"

/* Runs the program on a frame of hex digits. */
static struct packet_event run_hex(const char *hex)
{
	size_t len = strlen(hex) / 2;
	struct packet_event ev;
	const char *wrong;
	__u8 bytes[256];

	assert_true(len <= sizeof(bytes));
	for (size_t i = 0; i < len; i++)
		assert_int_equal(sscanf(hex + 2 * i, "%2hhx", &bytes[i]), 1);
	wrong = run_once(&(struct run_input){ .data = bytes, .len = (__u32)len });
	if (wrong)
		fail_msg("%s", wrong);
	assert_int_equal(run_drain(&ev, 1), 1);
	assert_int_equal(ev.len, len);
	return ev;
}

/* From 192.0.2.1:40000 to 198.51.100.2:4789, UDP. */
static void assert_vxlan(const struct packet_event *ev, __u16 flags)
{
	static const __u8 src[16] = { 192, 0, 2, 1 }, dst[16] = { 198, 51, 100, 2 };

	assert_int_equal(ev->proto, IPPROTO_UDP);
	assert_memory_equal(ev->src, src, sizeof(src));
	assert_memory_equal(ev->dst, dst, sizeof(dst));
	assert_int_equal(ev->sport, 40000);
	assert_int_equal(ev->dport, 4789);
	assert_int_equal(ev->flags, EV(IP) | EV(PORTS) | flags);
}

/* IPv4 total length 0 and UDP length 0, as in BIG TCP. */
static void big_tcp_in_vxlan(void **state)
{
	struct packet_event ev =
		run_hex("02000000000b02000000000a0800450000001234000040110000c0000201c63364029c40"
			"12b500000000080000000013890002000000000202000000000108004500000000000000"
			"000000000000000000000000000000000000000000000000000000000000000000000000"
			"000000000000000000000000000000000000");

	(void)state;
	assert_vxlan(&ev, 0);
}

/* The IP header claims a length, but UDP does not. */
static void udp_length_0_in_ipv4(void **state)
{
	struct packet_event ev =
		run_hex("02000000000b02000000000a0800450000701234000040110000c0000201c63364029c40"
			"12b500000000080000000013890002000000000202000000000108004500000000000000"
			"000000000000000000000000000000000000000000000000000000000000000000000000"
			"000000000000000000000000000000000000");

	(void)state;
	assert_vxlan(&ev, EV(MALFORMED));
}

/* RFC 2675 section 4 allows that in a jumbogram only. */
static void udp_length_0_in_ipv6(void **state)
{
	struct packet_event ev =
		run_hex("02000000000b02000000000a86dd60000000001c114020010db800000000000000000000"
			"000120010db80000000000000000000000029c4012b50000000000000000000000000000"
			"00000000000000000000");

	(void)state;
	assert_int_equal(ev.proto, IPPROTO_UDP);
	assert_true(ev.flags & EV(MALFORMED));
}

/* An 802.3 length of 200 in a frame of 60 bytes. */
static void length_beyond_the_frame(void **state)
{
	struct packet_event ev =
		run_hex("02000000000b02000000000a00c842420300000000000000000000000000000000000000"
			"000000000000000000000000000000000000000000000000");

	(void)state;
	assert_int_equal(ev.eth_type, 200);
	assert_int_equal(ev.flags, EV(MALFORMED));
}

static void tag_9100(void **state)
{
	struct packet_event ev =
		run_hex("02000000000b02000000000a910000640800450000301234000040110000c0000201c633"
			"64029c4012b5001c00000000000000000000000000000000000000000000");

	(void)state;
	assert_vxlan(&ev, EV(VLAN));
	assert_int_equal(ev.vlan, 1 << 12 | 100);
}

static void tag_cut_behind_its_id(void **state)
{
	struct packet_event ev = run_hex("02000000000b02000000000a81000064");

	(void)state;
	assert_int_equal(ev.vlan, 1 << 12 | 100);
	assert_int_equal(ev.flags, EV(VLAN) | EV(MALFORMED));
}

/* The fifth is reported as the EtherType, so there are more than four. */
static void five_tags(void **state)
{
	struct packet_event ev =
		run_hex("02000000000b02000000000a810000018100000281000003810000048100000508004500"
			"00301234000040110000c0000201c63364029c4012b5001c000000000000000000000000"
			"00000000000000000000");

	(void)state;
	assert_int_equal(ev.vlan, 4 << 12 | 1);
	assert_true(XDPTAP_IS_VLAN_TAG(ev.eth_type));
}

/* RFC 9768. */
static void tcp_ae(void **state)
{
	struct packet_event ev =
		run_hex("02000000000b02000000000a0800450000281234000040060000c0000201c63364020001"
			"000200000003000000005102006400000000");

	(void)state;
	assert_int_equal(ev.tcp_flags, TCP_SYN);
	assert_int_equal(ev.flags, EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN) | EV(AE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(big_tcp_in_vxlan),
		cmocka_unit_test(udp_length_0_in_ipv4),
		cmocka_unit_test(udp_length_0_in_ipv6),
		cmocka_unit_test(length_beyond_the_frame),
		cmocka_unit_test(tag_9100),
		cmocka_unit_test(tag_cut_behind_its_id),
		cmocka_unit_test(five_tags),
		cmocka_unit_test(tcp_ae),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
