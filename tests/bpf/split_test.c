// SPDX-License-Identifier: BSD-2-Clause
/*
 * The first buffer of a frame ends at each of its bytes in turn: wherever that
 * is, in a header or between two, the event is that of the frame in one piece.
 * Run by `make test-bpf`, and skipped on kernels that put that end where they
 * like.
 */
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

static void split_everywhere(void)
{
	struct packet_event whole = run(RUN_INPUT(f));

	for (__u32 linear = 1; linear <= f->len; linear++)
		assert_run_gives(RUN_INPUT(f, .linear = linear), &whole);
}

/* The frame, and what is left of it when its end is cut off. */
static void split_and_cut_everywhere(void)
{
	for (; f->len >= RUN_MIN; f->len--)
		split_everywhere();
}

static void arp(void **state)
{
	(void)state;
	add_eth(f, ETH_P_ARP);
	add_payload(f, 28);
	split_and_cut_everywhere();
}

static void tcp_over_ipv4(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	split_and_cut_everywhere();
}

static void four_tags_and_ipv4_options(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021Q);
	for (__u16 id = 1; id < 4; id++)
		add_vlan(f, id, ETH_P_8021Q);
	add_vlan(f, 4, ETH_P_IP);
	add_ipv4(f, IPPROTO_UDP);
	add_ipv4_options(f, 20);
	add_udp(f, 10);
	split_and_cut_everywhere();
}

static void icmp(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_ICMP);
	add_icmp(f, 8, 1);
	split_and_cut_everywhere();
	start_ipv6(f, IPPROTO_ICMPV6);
	add_icmp(f, 128, 1);
	split_and_cut_everywhere();
}

static void sctp_over_ipv6(void **state)
{
	(void)state;
	start_ipv6(f, IPPROTO_SCTP);
	add_sctp(f);
	split_and_cut_everywhere();
}

static void extension_headers(void **state)
{
	(void)state;
	start_ipv6(f, IPPROTO_HOPOPTS);
	add_ext(f, IPPROTO_ROUTING, 8);
	add_ext(f, IPPROTO_FRAGMENT, 24);
	add_ipv6_frag(f, IPPROTO_AH, 0, 1);
	add_ah(f, IPPROTO_DSTOPTS, 20);
	add_ext(f, IPPROTO_TCP, 16);
	add_tcp(f, TCP_SYN | TCP_ACK);
	split_and_cut_everywhere();
}

static void padding_behind_the_datagram(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_UDP)->ttl = 1;
	add_udp(f, 4)->len = htons(20);
	add_padding(f, 14);
	split_and_cut_everywhere();
}

static void jumbo(void **state)
{
	struct packet_event whole;

	(void)state;
	start_ipv6(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	add_payload(f, 9000);
	whole = run(RUN_INPUT(f));
	for (__u32 linear = 1; linear < 200; linear++)
		assert_run_gives(RUN_INPUT(f, .linear = linear), &whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp),
		cmocka_unit_test(tcp_over_ipv4),
		cmocka_unit_test(four_tags_and_ipv4_options),
		cmocka_unit_test(icmp),
		cmocka_unit_test(sctp_over_ipv6),
		cmocka_unit_test(extension_headers),
		cmocka_unit_test(padding_behind_the_datagram),
		cmocka_unit_test(jumbo),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	if (!run_can_split())
		skip_all("this kernel does not let a test choose the first buffer's size");
	return cmocka_run_group_tests(tests, NULL, run_close);
}
