// SPDX-License-Identifier: BSD-2-Clause
/* What the XDP program makes of Ethernet, 802.3 and VLAN tags; run by `make test-bpf`. */
#include <string.h>
#include <netinet/in.h>

#include "tests/bpf/check.h"

static struct frame frame, *f = &frame;

/* A SYN, after what the test has put before it. */
static void add_syn(void)
{
	add_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
}

#define FROM_SYN FROM_IPV4, WITH_PORTS, .proto = IPPROTO_TCP, .tcp_flags = TCP_SYN
#define EV_SYN   (EV(IP) | EV(PORTS) | EV(TCP_FLAGS) | EV(SYN))

static void arp(void **state)
{
	(void)state;
	add_eth(f, ETH_P_ARP);
	memset(add_payload(f, 28), 0, 28);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_ARP);
}

static void lldp(void **state)
{
	(void)state;
	add_eth(f, ETH_P_LLDP);
	add_payload(f, 46);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_LLDP);
}

static void nothing_behind_the_header(void **state)
{
	(void)state;
	add_eth(f, ETH_P_ARP);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_ARP, .flags = EV(MALFORMED));
	add_eth(f, ETH_P_IP);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_IP, .flags = EV(MALFORMED));
	add_eth(f, ETH_P_IPV6);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_IPV6, .flags = EV(MALFORMED));
	add_eth(f, ETH_P_8021Q);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_8021Q, .flags = EV(MALFORMED));
}

static void arp_addresses(void **state)
{
	const __u8 request[28] = { 0,  1, 8, 0, 6, 4, 0, 2, 2, 0, 0,  0, 0, 3,
				   10, 9, 0, 1, 2, 0, 0, 0, 0, 4, 10, 9, 0, 2 };

	(void)state;
	add_eth(f, ETH_P_ARP);
	memcpy(add_payload(f, sizeof(request)), request, sizeof(request));
	expect_event(f, .src = { FRAME_SRC_MAC, 10, 9, 0, 1, 2, 0, 0, 0, 0, 3 },
		     .dst = { FRAME_DST_MAC, 10, 9, 0, 2, 2, 0, 0, 0, 0, 4 }, .eth_type = ETH_P_ARP,
		     .arp_op = 2, .flags = EV(ARP));
	f->len--;
	expect_event(f, FROM_MAC, .eth_type = ETH_P_ARP, .flags = EV(MALFORMED));
}

/* Below 0x0600 it is no type but a length, and what follows is LLC. */
static void ieee_802_3_length(void **state)
{
	const __u16 lengths[] = { 0, 3, 46, 1500, 0x05ff };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		add_eth(f, lengths[i]);
		add_payload(f, 46);
		expect_event(f, FROM_MAC, .eth_type = lengths[i],
			     .flags = lengths[i] > 46 ? EV(MALFORMED) : 0);
	}
}

/* Behind these, IP is not outermost. */
static void tunnels_below_ip_are_not_entered(void **state)
{
	const __u16 types[] = { ETH_P_MPLS_UC, ETH_P_PPP_SES, ETH_P_8021AH, 0x9400 };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		add_eth(f, types[i]);
		add_syn();
		expect_event(f, FROM_MAC, .eth_type = types[i]);
	}
}

static void vlan(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021Q);
	add_vlan(f, 100, ETH_P_IP);
	add_syn();
	expect_event(f, FROM_SYN, VLAN(1, 100), .flags = EV_SYN | EV(VLAN));
}

static void vlan_ids_at_their_limits(void **state)
{
	const __u16 ids[] = { 0 /* only a priority */, 1, 4095 };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		add_eth(f, ETH_P_8021Q);
		add_vlan(f, ids[i], ETH_P_IP);
		add_syn();
		expect_event(f, FROM_SYN, VLAN(1, ids[i]), .flags = EV_SYN | EV(VLAN));
	}
}

static void qinq_reports_the_outer_id(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021AD);
	add_vlan(f, 200, ETH_P_8021Q);
	add_vlan(f, 100, ETH_P_IP);
	add_syn();
	expect_event(f, FROM_SYN, VLAN(2, 200), .flags = EV_SYN | EV(VLAN));
}

static void four_tags(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021AD);
	add_vlan(f, 4, ETH_P_8021AD);
	add_vlan(f, 3, ETH_P_8021Q);
	add_vlan(f, 2, ETH_P_8021Q);
	add_vlan(f, 1, ETH_P_IP);
	add_syn();
	expect_event(f, FROM_SYN, VLAN(4, 4), .flags = EV_SYN | EV(VLAN));
}

static void fifth_tag_is_reported_as_it_stands(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021Q);
	for (__u16 id = 5; id > 1; id--)
		add_vlan(f, id, ETH_P_8021Q);
	add_vlan(f, 1, ETH_P_IP);
	add_syn();
	expect_event(f, FROM_MAC, .eth_type = ETH_P_8021Q, VLAN(4, 5), .flags = EV(VLAN));
}

static void tags_of_before_the_standard(void **state)
{
	const __u16 types[] = { ETH_P_QINQ1, ETH_P_QINQ2, ETH_P_QINQ3 };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		add_eth(f, types[i]);
		add_vlan(f, 100, ETH_P_IP);
		add_syn();
		expect_event(f, FROM_SYN, VLAN(1, 100), .flags = EV_SYN | EV(VLAN));
	}
}

static void tagged_but_not_ip(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021Q);
	add_vlan(f, 100, ETH_P_ARP);
	memset(add_payload(f, 28), 0, 28);
	expect_event(f, FROM_MAC, .eth_type = ETH_P_ARP, VLAN(1, 100), .flags = EV(VLAN));

	add_eth(f, ETH_P_8021Q);
	add_vlan(f, 100, 46 /* a length */);
	add_payload(f, 46);
	expect_event(f, FROM_MAC, .eth_type = 46, VLAN(1, 100), .flags = EV(VLAN));
}

static void cut_tags(void **state)
{
	(void)state;
	add_eth(f, ETH_P_8021AD);
	add_vlan(f, 200, ETH_P_8021Q);
	add_vlan(f, 100, ETH_P_IP);
	for (f->len = 14; f->len < 16; f->len++)
		expect_event(f, FROM_MAC, .eth_type = ETH_P_8021AD, .flags = EV(MALFORMED));
	for (; f->len < 18; f->len++) /* the VLAN ID is there, the type is not */
		expect_event(f, FROM_MAC, .eth_type = ETH_P_8021AD, VLAN(1, 200),
			     .flags = EV(VLAN) | EV(MALFORMED));
	for (; f->len < 20; f->len++)
		expect_event(f, FROM_MAC, .eth_type = ETH_P_8021Q, VLAN(1, 200),
			     .flags = EV(VLAN) | EV(MALFORMED));
	for (; f->len < 22; f->len++)
		expect_event(f, FROM_MAC, .eth_type = ETH_P_8021Q, VLAN(2, 200),
			     .flags = EV(VLAN) | EV(MALFORMED));
	expect_event(f, FROM_MAC, .eth_type = ETH_P_IP, VLAN(2, 200),
		     .flags = EV(VLAN) | EV(MALFORMED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp),
		cmocka_unit_test(arp_addresses),
		cmocka_unit_test(lldp),
		cmocka_unit_test(nothing_behind_the_header),
		cmocka_unit_test(ieee_802_3_length),
		cmocka_unit_test(tunnels_below_ip_are_not_entered),
		cmocka_unit_test(vlan),
		cmocka_unit_test(vlan_ids_at_their_limits),
		cmocka_unit_test(qinq_reports_the_outer_id),
		cmocka_unit_test(four_tags),
		cmocka_unit_test(fifth_tag_is_reported_as_it_stands),
		cmocka_unit_test(tags_of_before_the_standard),
		cmocka_unit_test(tagged_but_not_ip),
		cmocka_unit_test(cut_tags),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_open(0);
	return cmocka_run_group_tests(tests, NULL, run_close);
}
