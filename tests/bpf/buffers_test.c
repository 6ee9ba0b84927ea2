// SPDX-License-Identifier: BSD-2-Clause
/*
 * Long frames, of which the program can read only the first buffer in place
 * (3,520 bytes of 4 KiB in BPF_PROG_TEST_RUN); run by `make test-bpf`. Shorter
 * first buffers are split_test.c's matter.
 */
#include <unistd.h>
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

#define FROM_SYN WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = TCP_SYN
#define EV_SYN   (EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN))

static void whole_length_is_reported(void **state)
{
	const __u32 lengths[] = { 1514, 3519, 3520, 3521, 4096, 9014, 9018, 65549, FRAME_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		start_ipv4(f, IPPROTO_TCP);
		add_tcp(f, TCP_SYN);
		add_payload(f, lengths[i] - f->len);
		assert_int_equal(f->len, lengths[i]);
		expect_event(f, FROM_IPV4, FROM_SYN, .flags = EV_SYN);
	}
	start_ipv6(f, IPPROTO_UDP);
	add_udp(f, 9000 - 48);
	expect_event(f, FROM_IPV6, WITH_PORTS, .proto = IPPROTO_UDP, .flags = EV(IP) | EV(PORTS));
}

/* The length that IP claims is compared with the whole frame's, not the first buffer's. */
static void bounds_lie_in_later_buffers(void **state)
{
	struct iphdr *ip;

	(void)state;
	ip = start_ipv4(f, IPPROTO_UDP);
	add_udp(f, 8972);
	ip->tot_len = htons(9001);
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP,
		     .flags = EV(IP) | EV(PORTS) | EV(MALFORMED));
	ip->tot_len = htons(8999); /* now UDP's length is the one that contradicts */
	expect_event(f, FROM_IPV4, WITH_PORTS, .proto = IPPROTO_UDP,
		     .flags = EV(IP) | EV(PORTS) | EV(MALFORMED));
}

/*
 * Ethernet, up to one tag, and IPv6 extension headers, so that the next header
 * starts at `off`, of which off % 4 is 2.
 */
static void start_far(__u32 off, __u8 next)
{
	int tagged = off % 8 == 2;
	__u32 rest = off - 54 - (tagged ? 4 : 0);

	add_eth(f, tagged ? ETH_P_8021Q : ETH_P_IPV6);
	if (tagged)
		add_vlan(f, 100, ETH_P_IPV6);
	add_ipv6(f, IPPROTO_DSTOPTS);
	while (rest > 2048) {
		add_ext(f, IPPROTO_DSTOPTS, 2048);
		rest -= 2048;
	}
	add_ext(f, next, rest);
	assert_int_equal(f->len, off);
}

/* Where the first buffer ends depends on the page size and the kernel. */
static const struct {
	__u32 from, to;
} ends[] = { { 3446, 3546 }, { 4070, 4106 }, { 7590, 7630 } };

/* What start_far() put before the header at `off`. */
static struct packet_event far(__u32 off, struct packet_event ev)
{
	if (off % 8 == 2) {
		ev.vlan = 1 << 12 | 100;
		ev.flags |= EV(VLAN);
	}
	ev.flags |= EV(IP);
	ev.len = f->len;
	return ev;
}

static void layer4_straddles(void **state)
{
	struct packet_event want;

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		for (__u32 off = ends[i].from; off <= ends[i].to; off += 4) {
			start_far(off, IPPROTO_TCP);
			add_tcp(f, TCP_SYN);
			want = far(off,
				   (struct packet_event){ FROM_IPV6, FROM_SYN, .flags = EV_SYN });
			assert_run_gives(RUN_INPUT(f), &want);
			add_payload(f, 3000);
			want.len = f->len;
			assert_run_gives(RUN_INPUT(f), &want);

			start_far(off, IPPROTO_UDP);
			add_udp(f, 1000);
			want = far(off, (struct packet_event){ FROM_IPV6, WITH_PORTS,
							       .proto = IPPROTO_UDP,
							       .flags = EV(PORTS) });
			assert_run_gives(RUN_INPUT(f), &want);

			start_far(off, IPPROTO_ICMPV6);
			add_icmp(f, 135, 1);
			want = far(off, (struct packet_event){ FROM_IPV6, .proto = IPPROTO_ICMPV6,
							       .icmp_type = 135, .icmp_code = 1,
							       .flags = EV(ICMP) });
			assert_run_gives(RUN_INPUT(f), &want);
		}
}

static void cut_header_straddles(void **state)
{
	struct packet_event want;

	(void)state;
	for (__u32 off = ends[0].from; off <= ends[0].to; off += 4)
		for (__u32 bytes = 0; bytes < 20; bytes++) {
			start_far(off, IPPROTO_TCP);
			add_tcp(f, TCP_SYN);
			f->len = off + bytes;
			want = far(off, (struct packet_event){ FROM_IPV6, .proto = IPPROTO_TCP,
							       .flags = EV(MALFORMED) });
			if (bytes >= 4) {
				want.sport = FRAME_SPORT;
				want.dport = FRAME_DPORT;
				want.flags |= EV(PORTS);
			}
			if (bytes >= 14) {
				want.tcp_flags = TCP_SYN;
				want.flags |= EV(TCP_FLAGS) | EV(SYN);
			}
			assert_run_gives(RUN_INPUT(f), &want);
		}
}

static void extension_header_straddles(void **state)
{
	struct packet_event want;

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		for (__u32 off = ends[i].from; off <= ends[i].to; off += 4) {
			start_far(off, IPPROTO_ROUTING);
			add_ext(f, IPPROTO_FRAGMENT, 24);
			add_ipv6_frag(f, IPPROTO_AH, 0, 1);
			add_ah(f, IPPROTO_TCP, 16);
			add_tcp(f, TCP_SYN);
			want = far(off, (struct packet_event){ FROM_IPV6, FROM_SYN,
							       .flags = EV_SYN | EV(FRAG) });
			assert_run_gives(RUN_INPUT(f), &want);
		}
}

/* The longest way that the walk goes: four tags, and eight headers of 2,048 bytes. */
static void farthest_header(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021AD);
	for (__u16 id = 1; id < 4; id++)
		add_vlan(f, id, ETH_P_8021AD);
	add_vlan(f, 4, ETH_P_IPV6);
	add_ipv6(f, IPPROTO_DSTOPTS);
	for (int i = 1; i <= 8; i++)
		add_ext(f, i < 8 ? IPPROTO_DSTOPTS : IPPROTO_TCP, 2048);
	assert_int_equal(f->len, 14 + 4 * 4 + 40 + 8 * 2048);
	add_tcp(f, TCP_SYN);
	expect_event(f, FROM_IPV6, FROM_SYN, VLAN(4, 1), .flags = EV_SYN | EV(VLAN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_length_is_reported),
		cmocka_unit_test(bounds_lie_in_later_buffers),
		cmocka_unit_test(layer4_straddles),
		cmocka_unit_test(cut_header_straddles),
		cmocka_unit_test(extension_header_straddles),
		cmocka_unit_test(farthest_header),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
