// SPDX-License-Identifier: BSD-2-Clause
/* What the XDP program makes of IPv4 headers; run by `make test-bpf`. */
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

#define FROM_SYN FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = TCP_SYN
#define EV_SYN   (EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN))

static void plain(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_SYN, .flags = EV_SYN);
}

static void options(void **state)
{
	(void)state;
	for (__u32 bytes = 4; bytes <= 40; bytes += 4) {
		start_ipv4(f, IPPROTO_TCP);
		add_ipv4_options(f, bytes);
		add_tcp(f, TCP_SYN);
		expect_event(f, FROM_SYN, .flags = EV_SYN);
	}
}

static void low_ttl(void **state)
{
	struct iphdr *ip = start_ipv4(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	for (int ttl = 0; ttl < 256; ttl++) {
		ip->ttl = (__u8)ttl;
		expect_event(f, FROM_SYN, .flags = EV_SYN | (ttl < 10 ? EV(LOW_TTL) : 0));
	}
}

static void header_of_less_than_20_bytes(void **state)
{
	struct iphdr *ip = start_ipv4(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	for (int words = 0; words < 5; words++) {
		ip->ihl = words & 0xf;
		expect_event(f, FROM_MAC, .eth_type = ETH_P_IP, .flags = EV(MALFORMED));
	}
}

static void another_version(void **state)
{
	struct iphdr *ip = start_ipv4(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	for (int version = 0; version < 16; version++) {
		ip->version = version & 0xf;
		if (version != 4)
			expect_event(f, FROM_MAC, .eth_type = ETH_P_IP, .flags = EV(MALFORMED));
	}
}

static void first_fragment_has_ports(void **state)
{
	struct udphdr *udp;

	(void)state;
	set_ipv4_frag(start_ipv4(f, IPPROTO_TCP), 0, 1);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_SYN, .flags = EV_SYN | EV(FRAG));

	set_ipv4_frag(start_ipv4(f, IPPROTO_UDP), 0, 1);
	udp = add_udp(f, 8);
	udp->len = htons(4000); /* of the whole datagram */
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP,
		     .flags = EV(IP) | EV(PORTS) | EV(FRAG));
}

/* Its payload stands where a TCP header would. */
static void later_fragment_has_none(void **state)
{
	const __u16 offsets[] = { 8, 1480, 0xfff8 };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(offsets) / sizeof(offsets[0]); i++) {
		set_ipv4_frag(start_ipv4(f, IPPROTO_TCP), offsets[i / 2], i % 2);
		add_tcp(f, TCP_SYN);
		expect_event(f, FROM_IPV4, .proto = IPPROTO_TCP,
			     .flags = EV(IP) | EV(FRAG) | EV(LATER));
	}
	set_ipv4_frag(start_ipv4(f, IPPROTO_ICMP), 8, 1);
	add_icmp(f, 8, 0);
	expect_event(f, FROM_IPV4, .proto = IPPROTO_ICMP, .flags = EV(IP) | EV(FRAG) | EV(LATER));
}

static void other_bits_make_no_fragment(void **state)
{
	struct iphdr *ip = start_ipv4(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	ip->frag_off = htons(0x4000); /* don't fragment */
	expect_event(f, FROM_SYN, .flags = EV_SYN);
	ip->frag_off = htons(0x8000); /* reserved */
	expect_event(f, FROM_SYN, .flags = EV_SYN);
}

/* Then the frame's end is the bound. */
static void total_length_beyond_the_frame(void **state)
{
	struct iphdr *ip = start_ipv4(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	ip->tot_len = htons(41);
	expect_event(f, FROM_SYN, .flags = EV_SYN | EV(MALFORMED));
	ip->tot_len = htons(0xffff);
	expect_event(f, FROM_SYN, .flags = EV_SYN | EV(MALFORMED));
	ip->tot_len = htons(0xffff);
	f->len = 14 + 20 + 13;
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP,
		     .flags = EV(IP) | EV(PORTS) | EV(MALFORMED));
}

/* Segmentation offload: the length did not fit or is not yet known. */
static void total_length_of_zero(void **state)
{
	struct iphdr *ip = start_ipv4(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	add_payload(f, 100);
	ip->tot_len = 0;
	expect_event(f, FROM_SYN, .flags = EV_SYN);

	ip = start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	add_payload(f, 70000);
	assert_int_equal(ip->tot_len, 0);
	expect_event(f, FROM_SYN, .flags = EV_SYN);
}

/* GRE too: of it nothing else would be missing. */
static void total_length_below_the_header(void **state)
{
	const __u8 protos[] = { IPPROTO_TCP, IPPROTO_GRE };
	struct iphdr *ip;

	(void)state;
	for (size_t i = 0; i < sizeof(protos); i++) {
		ip = start_ipv4(f, protos[i]);
		add_ipv4_options(f, 8);
		add_tcp(f, TCP_SYN);
		for (__u16 len = 1; len < 28; len++) {
			ip->tot_len = htons(len);
			expect_event(f, FROM_IPV4, .proto = protos[i],
				     .flags = EV(IP) | EV(MALFORMED));
		}
	}
}

/* What Ethernet pads to 60 bytes is no part of the datagram, whatever it looks like. */
static void padding_is_not_read(void **state)
{
	struct iphdr *ip;

	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	add_padding(f, 6);
	expect_event(f, FROM_SYN, .flags = EV_SYN);

	ip = start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	for (__u16 len = 20; len < 40; len++) {
		ip->tot_len = htons(len);
		if (len < 24)
			expect_event(f, FROM_IPV4, .proto = IPPROTO_TCP,
				     .flags = EV(IP) | EV(MALFORMED));
		else if (len < 34)
			expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP,
				     .flags = EV(IP) | EV(PORTS) | EV(MALFORMED));
		else
			expect_event(f, FROM_SYN, .flags = EV_SYN | EV(MALFORMED));
	}
}

/* None has ports where TCP has; tunnels are not entered, AH is not walked in IPv4. */
static void protocols_without_ports(void **state)
{
	const __u8 protos[] = {
		IPPROTO_IGMP,   IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_GRE,     IPPROTO_ESP,
		89 /* OSPF */,  253,          255,          IPPROTO_HOPOPTS, IPPROTO_FRAGMENT,
		IPPROTO_DSTOPTS
	};

	(void)state;
	for (size_t i = 0; i < sizeof(protos); i++) {
		start_ipv4(f, protos[i]);
		add_tcp(f, TCP_SYN);
		expect_event(f, FROM_IPV4, .proto = protos[i], .flags = EV(IP));
	}
	start_ipv4(f, IPPROTO_AH);
	add_ah(f, IPPROTO_TCP, 24);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_IPV4, .proto = IPPROTO_AH, .flags = EV(IP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(options),
		cmocka_unit_test(low_ttl),
		cmocka_unit_test(header_of_less_than_20_bytes),
		cmocka_unit_test(another_version),
		cmocka_unit_test(first_fragment_has_ports),
		cmocka_unit_test(later_fragment_has_none),
		cmocka_unit_test(other_bits_make_no_fragment),
		cmocka_unit_test(total_length_beyond_the_frame),
		cmocka_unit_test(total_length_of_zero),
		cmocka_unit_test(total_length_below_the_header),
		cmocka_unit_test(padding_is_not_read),
		cmocka_unit_test(protocols_without_ports),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
