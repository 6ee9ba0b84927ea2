// SPDX-License-Identifier: BSD-2-Clause
/*
 * Frames cut at each byte, by their own end and by the IP length: a field is
 * reported if and only if all of its header's bytes before it are there. Run
 * by `make test-bpf`.
 */
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

/* How much of a header must be there, from its first byte, for ... */
struct layer4 {
	__u8 proto;
	__u8 first;                 /* ... ports or ICMP type and code, */
	__u8 second;                /* ... TCP flags; else the same as `whole`, */
	__u8 whole;                 /* ... not being malformed */
	struct packet_event fields; /* of the whole header, with its flags */
};

/* clang-format off */
static const struct layer4 over_ipv4[] = {
	{ IPPROTO_TCP, 4, 14, 20,
	  { WITH_PORTS, .tcp_flags = TCP_SYN, .flags = EV(PORTS) | EV(TCP_FLAGS) | EV(SYN) } },
	{ IPPROTO_UDP, 4, 8, 8, { WITH_PORTS, .flags = EV(PORTS) } },
	{ IPPROTO_UDPLITE, 4, 8, 8, { WITH_PORTS, .flags = EV(PORTS) } },
	{ IPPROTO_SCTP, 4, 12, 12, { WITH_PORTS, .flags = EV(PORTS) } },
	{ IPPROTO_DCCP, 4, 12, 12, { WITH_PORTS, .flags = EV(PORTS) } },
	{ IPPROTO_ICMP, 2, 8, 8, { .icmp_type = 8, .icmp_code = 7, .flags = EV(ICMP) } },
	{ IPPROTO_GRE, 0, 0, 0, {} },
};

static const struct layer4 over_ipv6[] = {
	{ IPPROTO_TCP, 4, 14, 20,
	  { WITH_PORTS, .tcp_flags = TCP_SYN, .flags = EV(PORTS) | EV(TCP_FLAGS) | EV(SYN) } },
	{ IPPROTO_UDP, 4, 8, 8, { WITH_PORTS, .flags = EV(PORTS) } },
	{ IPPROTO_ICMPV6, 2, 4, 4, { .icmp_type = 8, .icmp_code = 7, .flags = EV(ICMP) } },
	{ IPPROTO_NONE, 0, 0, 0, {} },
};
/* clang-format on */

static void add_layer4(__u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		add_tcp(f, TCP_SYN);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		add_udp(f, 0);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		add_icmp(f, 8, 7);
		break;
	default:
		add_sctp(f);
	}
}

/* Expects the event of `ip`, with what `bytes` of layer 4 tell. */
static void expect_cut_layer4(struct packet_event ip, const struct layer4 *l4, __u32 bytes)
{
	struct packet_event want = ip;

	want.len = f->len;
	want.proto = l4->proto;
	want.flags |= EV(IP);
	if (bytes >= l4->first) {
		want.sport = l4->fields.sport; /* or icmp_type and icmp_code */
		want.dport = l4->fields.dport;
		want.flags |= l4->fields.flags & (EV(PORTS) | EV(ICMP));
	}
	if (bytes >= l4->second) {
		want.tcp_flags = l4->fields.tcp_flags;
		want.flags |= l4->fields.flags;
	}
	if (bytes < l4->whole)
		want.flags |= EV(MALFORMED);
	assert_run_gives(RUN_INPUT(f), &want);
}

static void frame_ends_in_ipv4(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	for (f->len = 14; f->len < 34; f->len++)
		expect_event(f, FROM_MAC, .eth_type = ETH_P_IP, .flags = EV(MALFORMED));
}

static void frame_ends_in_ipv4_options(void **state)
{
	(void)state;
	start_ipv4(f, IPPROTO_TCP);
	add_ipv4_options(f, 40);
	add_tcp(f, TCP_SYN);
	for (f->len = 34; f->len < 74; f->len++)
		expect_event(f, FROM_IPV4, .proto = IPPROTO_TCP, .flags = EV(IP) | EV(MALFORMED));
}

static void frame_ends_in_ipv6(void **state)
{
	(void)state;
	start_ipv6(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	for (f->len = 14; f->len < 54; f->len++)
		expect_event(f, FROM_MAC, .eth_type = ETH_P_IPV6, .flags = EV(MALFORMED));
}

/* Without an IP length that contradicts the frame's. */
static void frame_ends_in_layer4(void **state)
{
	struct ipv6hdr *ip6;
	struct iphdr *ip;

	(void)state;
	for (size_t i = 0; i < sizeof(over_ipv4) / sizeof(over_ipv4[0]); i++)
		for (__u32 bytes = 0; bytes <= over_ipv4[i].whole; bytes++) {
			ip = start_ipv4(f, over_ipv4[i].proto);
			add_layer4(over_ipv4[i].proto);
			f->len = 14 + 20 + bytes;
			ip->tot_len = htons((__u16)(20 + bytes));
			expect_cut_layer4((struct packet_event){ FROM_IPV4 }, &over_ipv4[i], bytes);
		}
	for (size_t i = 0; i < sizeof(over_ipv6) / sizeof(over_ipv6[0]); i++)
		for (__u32 bytes = 0; bytes <= over_ipv6[i].whole; bytes++) {
			ip6 = start_ipv6(f, over_ipv6[i].proto);
			add_layer4(over_ipv6[i].proto);
			f->len = 14 + 40 + bytes;
			ip6->payload_len = htons((__u16)bytes);
			expect_cut_layer4((struct packet_event){ FROM_IPV6 }, &over_ipv6[i], bytes);
		}
}

/* Here the frame goes on, with what a too curious parser would take for the rest. */
static void datagram_ends_in_layer4(void **state)
{
	struct ipv6hdr *ip6;
	struct iphdr *ip;

	(void)state;
	for (size_t i = 0; i < sizeof(over_ipv4) / sizeof(over_ipv4[0]); i++)
		for (__u32 bytes = 0; bytes < over_ipv4[i].whole; bytes++) {
			ip = start_ipv4(f, over_ipv4[i].proto);
			add_layer4(over_ipv4[i].proto);
			ip->tot_len = htons((__u16)(20 + bytes));
			expect_cut_layer4((struct packet_event){ FROM_IPV4 }, &over_ipv4[i], bytes);
		}
	for (size_t i = 0; i < sizeof(over_ipv6) / sizeof(over_ipv6[0]); i++)
		for (__u32 bytes = 1; bytes < over_ipv6[i].whole; bytes++) {
			ip6 = start_ipv6(f, over_ipv6[i].proto);
			add_layer4(over_ipv6[i].proto);
			ip6->payload_len = htons((__u16)bytes);
			expect_cut_layer4((struct packet_event){ FROM_IPV6 }, &over_ipv6[i], bytes);
		}
}

/* As a snapshot length cuts it: the IP length still claims the whole. */
static void frame_ends_before_its_datagram(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(over_ipv4) / sizeof(over_ipv4[0]); i++)
		for (__u32 bytes = 0; bytes < over_ipv4[i].whole; bytes++) {
			start_ipv4(f, over_ipv4[i].proto);
			add_layer4(over_ipv4[i].proto);
			f->len = 14 + 20 + bytes;
			expect_cut_layer4(
				(struct packet_event){ FROM_IPV4, .flags = EV(MALFORMED) },
				&over_ipv4[i], bytes);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_ends_in_ipv4),
		cmocka_unit_test(frame_ends_in_ipv4_options),
		cmocka_unit_test(frame_ends_in_ipv6),
		cmocka_unit_test(frame_ends_in_layer4),
		cmocka_unit_test(datagram_ends_in_layer4),
		cmocka_unit_test(frame_ends_before_its_datagram),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
