// SPDX-License-Identifier: BSD-2-Clause
/* What the XDP program makes of TCP, UDP, ICMP and their kin; run by `make test-bpf`. */
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

static void tcp_flags(void **state)
{
	struct tcphdr *tcp;

	(void)state;
	for (int flags = 0; flags < 256; flags++) {
		start_ipv4(f, IPPROTO_TCP);
		add_tcp(f, (__u8)flags);
		expect_event(
			f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = (__u8)flags,
			.flags = EV(IP) | EV(PORTS) | EV(TCP_FLAGS) |
				 (flags & TCP_SYN ? EV(SYN) : 0) | (flags & TCP_FIN ? EV(FIN) : 0) |
				 (flags & TCP_RST ? EV(RST) : 0));
	}
	/* The reserved bits and AE stand in the byte before. */
	start_ipv6(f, IPPROTO_TCP);
	tcp = add_tcp(f, TCP_SYN | TCP_ACK);
	((__u8 *)tcp)[12] |= 0x0f;
	expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = TCP_SYN | TCP_ACK,
		     .flags = EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN) | EV(AE));
}

static void tcp_data_offset(void **state)
{
	struct tcphdr *tcp;

	(void)state;
	for (int words = 0; words < 16; words++) {
		start_ipv4(f, IPPROTO_TCP);
		tcp = add_tcp(f, TCP_ACK);
		add_payload(f, 20);
		add_padding(f, 20);
		tcp->doff = words & 0xf;
		expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = TCP_ACK,
			     .flags = EV(IP) | EV(PORTS) | EV(TCP_FLAGS) |
				      (words < 5 || words > 10 ? EV(MALFORMED) : 0));
	}
}

static void udp(void **state)
{
	(void)state;
	for (__u16 bytes = 0; bytes < 100; bytes++) {
		start_ipv4(f, IPPROTO_UDP);
		add_udp(f, bytes);
		expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP,
			     .flags = EV(IP) | EV(PORTS));
		start_ipv6(f, IPPROTO_UDP);
		add_udp(f, bytes);
		expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP,
			     .flags = EV(IP) | EV(PORTS));
	}
}

static void udp_length(void **state)
{
	struct udphdr *udp4, *udp6;
	static struct frame ipv6;

	(void)state;
	start_ipv4(f, IPPROTO_UDP);
	udp4 = add_udp(f, 10);
	add_padding(f, 14);
	start_ipv6(&ipv6, IPPROTO_UDP);
	udp6 = add_udp(&ipv6, 10);
	add_padding(&ipv6, 14);
	for (__u16 len = 0; len < 40; len++) {
		int bad = len < 8 || len > 18; /* less than it holds is allowed */

		udp4->len = udp6->len = htons(len);
		expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP,
			     .flags = EV(IP) | EV(PORTS) | (bad ? EV(MALFORMED) : 0));
		expect_event(&ipv6, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP,
			     .flags = EV(IP) | EV(PORTS) | (bad ? EV(MALFORMED) : 0));
	}
}

/* As in BIG TCP and jumbograms: 0 is right where IP's length is 0. */
static void udp_without_length(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_UDP);
	add_udp(f, 10)->len = 0;
	((struct iphdr *)(f->data + ETH_HLEN))->tot_len = 0;
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS));
	start_ipv6(f, IPPROTO_UDP);
	add_udp(f, 10)->len = 0;
	((struct ipv6hdr *)(f->data + ETH_HLEN))->payload_len = 0;
	expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS));
}

/* Its length field says how much the checksum covers; 0 is all of it. */
static void udplite_coverage(void **state)
{
	struct udphdr *udplite;

	(void)state;
	start_ipv4(f, IPPROTO_UDPLITE);
	udplite = add_udp(f, 10);
	for (__u16 bytes = 0; bytes < 40; bytes++) {
		int bad = bytes && (bytes < 8 || bytes > 18);

		udplite->len = htons(bytes);
		expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDPLITE,
			     .flags = EV(IP) | EV(PORTS) | (bad ? EV(MALFORMED) : 0));
	}
}

static void sctp_and_dccp(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_SCTP);
	add_sctp(f);
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_SCTP, .flags = EV(IP) | EV(PORTS));
	start_ipv6(f, IPPROTO_SCTP);
	add_sctp(f);
	expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_SCTP, .flags = EV(IP) | EV(PORTS));
	start_ipv4(f, IPPROTO_DCCP);
	add_dccp(f);
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_DCCP, .flags = EV(IP) | EV(PORTS));
	start_ipv6(f, IPPROTO_DCCP);
	add_dccp(f);
	expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_DCCP, .flags = EV(IP) | EV(PORTS));
}

static void icmp(void **state)
{
	(void)state;
	for (int type = 0; type < 256; type++) {
		__u8 code = (__u8)(255 - type);

		start_ipv4(f, IPPROTO_ICMP);
		add_icmp(f, (__u8)type, code);
		expect_event(f, FROM_IPV4, .proto = IPPROTO_ICMP, .icmp_type = (__u8)type,
			     .icmp_code = code, .flags = EV(IP) | EV(ICMP));
		start_ipv6(f, IPPROTO_ICMPV6);
		add_icmp(f, (__u8)type, code);
		expect_event(f, FROM_IPV6, .proto = IPPROTO_ICMPV6, .icmp_type = (__u8)type,
			     .icmp_code = code, .flags = EV(IP) | EV(ICMP));
	}
}

/* The packet that an ICMP error quotes is not the packet. */
static void icmp_error_is_not_entered(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_ICMP);
	add_icmp(f, 3, 1);
	add_payload(f, 28)[0] = 0x45;
	expect_event(f, FROM_IPV4, .proto = IPPROTO_ICMP, .icmp_type = 3, .icmp_code = 1,
		     .flags = EV(IP) | EV(ICMP));
}

static void icmp_of_the_other_ip_version(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_ICMPV6);
	add_icmp(f, 128, 0);
	expect_event(f, FROM_IPV4, .proto = IPPROTO_ICMPV6, .flags = EV(IP));
	start_ipv6(f, IPPROTO_ICMP);
	add_icmp(f, 8, 0);
	expect_event(f, FROM_IPV6, .proto = IPPROTO_ICMP, .flags = EV(IP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_flags),
		cmocka_unit_test(tcp_data_offset),
		cmocka_unit_test(udp),
		cmocka_unit_test(udp_length),
		cmocka_unit_test(udp_without_length),
		cmocka_unit_test(udplite_coverage),
		cmocka_unit_test(sctp_and_dccp),
		cmocka_unit_test(icmp),
		cmocka_unit_test(icmp_error_is_not_entered),
		cmocka_unit_test(icmp_of_the_other_ip_version),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
