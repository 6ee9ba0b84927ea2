// SPDX-License-Identifier: BSD-2-Clause
/* filter.c: which expressions are taken, and what they are asked about. tests/system compares its
 * verdicts with tcpdump's. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

#include "reader/filter.h"

/* A packet as in the ring buffer: 192.0.2.1:40000 -> 198.51.100.2:443, TCP with SYN. */
struct tcp_packet {
	struct packet_event event;
	uint8_t bytes[54];
};

static const struct tcp_packet syn = {
	.event = {
		.len = 1000,
		.eth_type = ETH_P_IP,
		.proto = IPPROTO_TCP,
		.flags = XDPTAP_EV_IP | XDPTAP_EV_PORTS | XDPTAP_EV_TCP_FLAGS,
		.src = { 192, 0, 2, 1 },
		.dst = { 198, 51, 100, 2 },
		.sport = 40000,
		.dport = 443,
		.tcp_flags = 2,
	},
	.bytes = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
		0x45, 0, 3, 0xda, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2,
		0x9c, 0x40, 1, 0xbb, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0,
	},
};

static bool matches(const char *expression, uint32_t caplen)
{
	const struct packet packet = { .event = &syn.event, .caplen = caplen };
	struct reason reason;
	struct filter *f;
	bool verdict;

	if (filter_compile(&f, expression, &reason))
		fail_msg("'%s' was refused: %s", expression, reason.text);
	verdict = filter_matches(f, &packet);
	filter_free(f);
	return verdict;
}

/* Takes only what the beginning of libpcap's words, or ours, is. */
static void assert_refused(const char *expression, const char *why)
{
	struct reason reason;
	struct filter *f = NULL;

	assert_int_equal(filter_compile(&f, expression, &reason), -EINVAL);
	assert_null(f);
	if (!strstr(reason.text, why))
		fail_msg("'%s' was refused with: %s", expression, reason.text);
}

static void captured_bytes(void **state)
{
	(void)state;
	assert_true(matches("tcp dst port 443 and host 192.0.2.1", sizeof(syn.bytes)));
	assert_true(matches("ether src 02:00:00:00:00:01", sizeof(syn.bytes)));
	assert_true(matches("tcp[tcpflags] = tcp-syn", sizeof(syn.bytes)));
	assert_false(matches("udp", sizeof(syn.bytes)));
	assert_false(matches("port 80", sizeof(syn.bytes)));
	assert_false(matches("not tcp", sizeof(syn.bytes)));
}

static void an_empty_expression_matches_everything(void **state)
{
	(void)state;
	assert_true(matches("", 0));
	assert_true(matches("", 1));
	assert_true(matches(" ", sizeof(syn.bytes)));
}

static void the_length_is_that_on_the_wire(void **state)
{
	(void)state;
	for (uint32_t caplen = 0; caplen <= 14; caplen += 14) {
		assert_true(matches("len = 1000", caplen));
		assert_true(matches("greater 1000", caplen));
		assert_false(matches("greater 1001", caplen));
		assert_false(matches("less 999", caplen));
	}
}

/* In this, "not" is no complement, as in the kernel. */
static void beyond_the_captured_bytes_nothing_matches(void **state)
{
	(void)state;
	assert_true(matches("tcp", 24));
	assert_false(matches("tcp", 23));
	assert_false(matches("not tcp", 23));
	assert_true(matches("ip", 14));
	assert_false(matches("ip", 13));
	assert_false(matches("dst port 443", 37));
	assert_false(matches("not dst port 443", 37));
	assert_false(matches("ether[999] = 0", sizeof(syn.bytes)));
	assert_true(matches("ip or ether[999] = 0", sizeof(syn.bytes)));
}

static void made_up_headers_without_captured_bytes(void **state)
{
	(void)state;
	assert_true(matches("tcp dst port 443 and host 192.0.2.1", 0));
	assert_true(matches("tcp[tcpflags] = tcp-syn", 0));
	assert_true(matches("ip[2:2] = 1000 - 14", 0));
	assert_true(matches("ether src 00:00:00:00:00:00 and ip[8] = 64", 0));
	assert_false(matches("udp or vlan or ip6", 0));
	assert_false(matches("tcp[20] = 0", 0)); /* no payload is made up */
}

static void wrong_expressions(void **state)
{
	(void)state;
	assert_refused("tcp prot 443", "syntax error");
	assert_refused("(tcp", "syntax error");
	assert_refused("port 65536", "65536");
	assert_refused("tcp and udp", "rejects all packets");
	assert_refused("ip broadcast", "netmask");
}

/* libpcap compiles these for a live capture, which asks the kernel; no bytes hold the answer. */
static void what_no_bytes_tell(void **state)
{
	static const char *const expressions[] = { "inbound", "outbound", "not inbound",
						   "tcp or outbound" };

	(void)state;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++)
		assert_refused(expressions[i], "'inbound' and 'outbound' are not available");
	assert_refused("tcp and ifindex 1", "'ifindex' is not available");
}

static void a_long_expression(void **state)
{
	static char text[64 * 1024];
	char *p = text;

	(void)state;
	for (int port = 1; port <= 300; port++)
		p += sprintf(p, "udp port %d or ", port);
	strcpy(p, "tcp port 443");
	assert_true(matches(text, sizeof(syn.bytes)));
	strcpy(p, "tcp port 444");
	assert_false(matches(text, sizeof(syn.bytes)));
}

static void nothing_to_free(void **state)
{
	(void)state;
	filter_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captured_bytes),
		cmocka_unit_test(an_empty_expression_matches_everything),
		cmocka_unit_test(the_length_is_that_on_the_wire),
		cmocka_unit_test(beyond_the_captured_bytes_nothing_matches),
		cmocka_unit_test(made_up_headers_without_captured_bytes),
		cmocka_unit_test(wrong_expressions),
		cmocka_unit_test(what_no_bytes_tell),
		cmocka_unit_test(a_long_expression),
		cmocka_unit_test(nothing_to_free),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
