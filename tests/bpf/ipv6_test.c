// SPDX-License-Identifier: BSD-2-Clause
/* What the XDP program makes of IPv6 and its extension headers; run by `make test-bpf`. */
#include <string.h>
#include <netinet/in.h>

#include "tests/bpf/check.h"

/* netinet/in.h lacks them. */
#define IPPROTO_HIP   139
#define IPPROTO_SHIM6 140

static struct frame frame, *f = &frame;

#define FROM_SYN FROM_IPV6, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = TCP_SYN
#define EV_SYN   (EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN))

/* Those whose length field counts units of 8 bytes beyond the first. */
static const __u8 kinds[] = { IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS,
			      IPPROTO_MH,      IPPROTO_HIP,     IPPROTO_SHIM6 };

static void plain(void **state)
{
	(void)state;
	start_ipv6(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_SYN, .flags = EV_SYN);
}

static void low_hop_limit(void **state)
{
	struct ipv6hdr *ip = start_ipv6(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	for (int limit = 0; limit < 256; limit++) {
		ip->hop_limit = (__u8)limit;
		expect_event(f, FROM_SYN, .flags = EV_SYN | (limit < 10 ? EV(LOW_TTL) : 0));
	}
}

static void another_version(void **state)
{
	struct ipv6hdr *ip = start_ipv6(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	for (int version = 0; version < 16; version++) {
		ip->version = version & 0xf;
		if (version != 6)
			expect_event(f, FROM_MAC, .eth_type = ETH_P_IPV6, .flags = EV(MALFORMED));
	}
}

static void each_extension_header_at_each_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds); i++)
		for (__u32 bytes = 8; bytes <= 2048; bytes += 8) {
			start_ipv6(f, kinds[i]);
			add_ext(f, IPPROTO_TCP, bytes);
			add_tcp(f, TCP_SYN);
			expect_event(f, FROM_SYN, .flags = EV_SYN);
		}
}

/* Not all of its lengths are multiples of 8. */
static void authentication_header_at_each_length(void **state)
{
	(void)state;
	for (__u32 bytes = 8; bytes <= 1028; bytes += 4) {
		start_ipv6(f, IPPROTO_AH);
		add_ah(f, IPPROTO_TCP, bytes);
		add_tcp(f, TCP_SYN);
		expect_event(f, FROM_SYN, .flags = EV_SYN);
	}
}

static void first_fragment(void **state)
{
	(void)state;
	start_ipv6(f, IPPROTO_FRAGMENT);
	add_ipv6_frag(f, IPPROTO_TCP, 0, 1);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_SYN, .flags = EV_SYN | EV(FRAG));
}

static void later_fragment(void **state)
{
	const __u16 offsets[] = { 8, 1448, 0xfff8 };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(offsets) / sizeof(offsets[0]); i++) {
		start_ipv6(f, IPPROTO_DSTOPTS);
		add_ext(f, IPPROTO_FRAGMENT, 8);
		add_ipv6_frag(f, IPPROTO_TCP, offsets[i / 2], i % 2);
		add_tcp(f, TCP_SYN);
		expect_event(f, FROM_IPV6, .proto = IPPROTO_TCP,
			     .flags = EV(IP) | EV(FRAG) | EV(LATER));
	}
	/* What the fragment header names starts in another packet, extension header or not. */
	start_ipv6(f, IPPROTO_FRAGMENT);
	add_ipv6_frag(f, IPPROTO_DSTOPTS, 1448, 0);
	add_ext(f, IPPROTO_TCP, 8);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_IPV6, .proto = IPPROTO_DSTOPTS,
		     .flags = EV(IP) | EV(FRAG) | EV(LATER));
}

/* RFC 6946: the whole datagram. */
static void atomic_fragment_is_none(void **state)
{
	(void)state;
	start_ipv6(f, IPPROTO_FRAGMENT);
	add_ipv6_frag(f, IPPROTO_TCP, 0, 0);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_SYN, .flags = EV_SYN);
}

/* Ends the chain of `n` extension headers of all kinds with a TCP header. */
static void add_chain_and_syn(int n)
{
	add_eth(f, ETH_P_IPV6);
	add_ipv6(f, kinds[0]);
	for (int i = 1; i <= n; i++)
		add_ext(f, i == n ? IPPROTO_TCP : kinds[(size_t)i % sizeof(kinds)], 16);
	add_tcp(f, TCP_SYN);
}

static void eight_extension_headers(void **state)
{
	(void)state;
	for (int n = 1; n <= 8; n++) {
		add_chain_and_syn(n);
		expect_event(f, FROM_SYN, .flags = EV_SYN);
	}
}

static void ninth_extension_header_is_the_protocol(void **state)
{
	(void)state;
	for (int n = 9; n <= 20; n++) {
		add_chain_and_syn(n);
		expect_event(f, FROM_IPV6, .proto = kinds[8 % sizeof(kinds)], .flags = EV(IP));
	}
}

static void others_end_the_chain(void **state)
{
	const __u8 protos[] = { IPPROTO_NONE,  IPPROTO_ESP, IPPROTO_IPIP,
				IPPROTO_IPV6,  IPPROTO_GRE, IPPROTO_ICMP,
				89 /* OSPF */, 253,         255 };

	(void)state;
	for (size_t i = 0; i < sizeof(protos); i++) {
		start_ipv6(f, IPPROTO_HOPOPTS);
		add_ext(f, protos[i], 8);
		add_tcp(f, TCP_SYN);
		expect_event(f, FROM_IPV6, .proto = protos[i], .flags = EV(IP));
	}
}

/* The protocol is then what it says comes next, if it could say that. */
static void cut_extension_header(void **state)
{
	struct ipv6hdr *ip;

	(void)state;
	for (int by_payload_length = 0; by_payload_length < 2; by_payload_length++)
		for (__u32 bytes = 0; bytes < 24 + 16; bytes++) {
			ip = start_ipv6(f, IPPROTO_HOPOPTS);
			add_ext(f, IPPROTO_AH, 24);
			add_ah(f, IPPROTO_TCP, 16);
			add_tcp(f, TCP_SYN);
			if (by_payload_length)
				ip->payload_len = htons((__u16)bytes);
			else
				f->len = 14 + 40 + bytes;
			if (by_payload_length && !bytes)
				continue;
			expect_event(f, FROM_IPV6,
				     .proto = bytes < 2    ? IPPROTO_HOPOPTS
					      : bytes < 26 ? IPPROTO_AH
							   : IPPROTO_TCP,
				     .flags = EV(IP) | EV(MALFORMED));
		}
}

static void extension_header_claims_too_much(void **state)
{
	__u8 *ext;

	(void)state;
	start_ipv6(f, IPPROTO_DSTOPTS);
	ext = add_ext(f, IPPROTO_TCP, 8);
	add_tcp(f, TCP_SYN);
	add_padding(f, 4000);
	for (int units = 3; units < 256; units++) { /* 8 + 20 bytes are there */
		ext[1] = (__u8)units;
		expect_event(f, FROM_IPV6, .proto = IPPROTO_TCP, .flags = EV(IP) | EV(MALFORMED));
	}
}

static void payload_length_beyond_the_frame(void **state)
{
	struct ipv6hdr *ip = start_ipv6(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	ip->payload_len = htons(21);
	expect_event(f, FROM_SYN, .flags = EV_SYN | EV(MALFORMED));
	ip->payload_len = htons(0xffff);
	expect_event(f, FROM_SYN, .flags = EV_SYN | EV(MALFORMED));
}

static void payload_length_of_zero(void **state)
{
	struct ipv6hdr *ip = start_ipv6(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	add_payload(f, 100);
	ip->payload_len = 0;
	expect_event(f, FROM_SYN, .flags = EV_SYN);

	/* A jumbogram of RFC 2675, as segmentation offload makes them. */
	ip = start_ipv6(f, IPPROTO_HOPOPTS);
	memcpy(add_ext(f, IPPROTO_TCP, 8) + 2, (__u8[]){ 0xc2, 4, 0, 1, 0x11, 0x8c }, 6);
	add_tcp(f, TCP_SYN);
	add_payload(f, 70000 - 28);
	assert_int_equal(ip->payload_len, 0);
	expect_event(f, FROM_SYN, .flags = EV_SYN);
}

static void padding_is_not_read(void **state)
{
	struct ipv6hdr *ip = start_ipv6(f, IPPROTO_TCP);

	(void)state;
	add_tcp(f, TCP_SYN);
	for (__u16 len = 1; len < 20; len++) {
		ip->payload_len = htons(len);
		if (len < 4)
			expect_event(f, FROM_IPV6, .proto = IPPROTO_TCP,
				     .flags = EV(IP) | EV(MALFORMED));
		else if (len < 14)
			expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_TCP,
				     .flags = EV(IP) | EV(PORTS) | EV(MALFORMED));
		else
			expect_event(f, FROM_SYN, .flags = EV_SYN | EV(MALFORMED));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(low_hop_limit),
		cmocka_unit_test(another_version),
		cmocka_unit_test(each_extension_header_at_each_length),
		cmocka_unit_test(authentication_header_at_each_length),
		cmocka_unit_test(first_fragment),
		cmocka_unit_test(later_fragment),
		cmocka_unit_test(atomic_fragment_is_none),
		cmocka_unit_test(eight_extension_headers),
		cmocka_unit_test(ninth_extension_header_is_the_protocol),
		cmocka_unit_test(others_end_the_chain),
		cmocka_unit_test(cut_extension_header),
		cmocka_unit_test(extension_header_claims_too_much),
		cmocka_unit_test(payload_length_beyond_the_frame),
		cmocka_unit_test(payload_length_of_zero),
		cmocka_unit_test(padding_is_not_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
