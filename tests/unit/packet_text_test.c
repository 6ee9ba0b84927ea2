// SPDX-License-Identifier: BSD-2-Clause
/* text.c and names.c: golden lines, and that no event makes too long a line. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/if_ether.h>

#include "reader/text/names.h"
#include "reader/packet_text.h"

#define EV(name) XDPTAP_EV_##name

/* 12:34:56.789012 UTC */
#define TIME_NS   UINT64_C(45296789012345)
#define TIME_TEXT "[12:34:56.789012] "

static struct time_base utc(void)
{
	struct time_base c;

	setenv("TZ", "UTC0", 1);
	time_init(&c);
	c.tai_offset_ns = 0;
	return c;
}

/* The line of `ev` at TIME_NS, without the time and without the newline. */
static const char *line_with(const char *ifname, const char *fate, struct packet_event ev)
{
	static char text[PACKET_TEXT_LINE_MAX + 1];
	struct time_base c = utc();
	struct packet_text t = { .clock = &c };
	char *end;

	ev.ts_ns = TIME_NS;
	memset(text, '#', sizeof(text));
	end = packet_text_put(&t, text, ifname, fate, &(struct packet){ .event = &ev });
	assert_int_equal(end[-1], '\n');
	end[-1] = '\0';
	assert_memory_equal(text, TIME_TEXT, strlen(TIME_TEXT));
	return text + strlen(TIME_TEXT);
}

static const char *line(const char *ifname, struct packet_event ev)
{
	return line_with(ifname, NULL, ev);
}

#define assert_line(want, ...) \
	assert_string_equal(line(NULL, (struct packet_event){ __VA_ARGS__ }), want)

/* Initializers for frames from 10.9.0.1, 2001:db8::1, 02:00:00:00:00:01. */
#define IPV4(flag)                                                                       \
	.eth_type = ETH_P_IP, .src = { 10, 9, 0, 1 }, .dst = { 10, 9, 0, 2 }, .len = 74, \
	.flags = EV(IP) | (flag)
#define IPV6(flag)                                                           \
	.eth_type = ETH_P_IPV6, .src = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, \
	.dst = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 }, .len = 94, .flags = EV(IP) | (flag)
#define MACS      .src = { 2, 0, 0, 0, 0, 1 }, .dst = { 255, 255, 255, 255, 255, 255 }, .len = 42
#define FROM_MACS " 02:00:00:00:00:01 -> ff:ff:ff:ff:ff:ff (42 bytes)"

static void tcp(void **state)
{
	(void)state;
	assert_line("TCP 10.9.0.1:40000 -> 10.9.0.2:80 (74 bytes) [SYN]",
		    IPV4(EV(PORTS) | EV(TCP_FLAGS) | EV(SYN)), .proto = 6, .sport = 40000,
		    .dport = 80, .tcp_flags = 0x02);
	assert_line("TCP [2001:db8::1]:40000 -> [2001:db8::2]:443 (94 bytes) [SYN,ACK]",
		    IPV6(EV(PORTS) | EV(TCP_FLAGS) | EV(SYN)), .proto = 6, .sport = 40000,
		    .dport = 443, .tcp_flags = 0x12);
	assert_line("TCP 10.9.0.1:0 -> 10.9.0.2:65535 (74 bytes)", IPV4(EV(PORTS) | EV(TCP_FLAGS)),
		    .proto = 6, .dport = 65535);
}

static void each_tcp_flag(void **state)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR",
	};
	char want[80];

	(void)state;
	for (int bit = 0; bit < 8; bit++) {
		snprintf(want, sizeof(want), "TCP 10.9.0.1:1 -> 10.9.0.2:2 (74 bytes) [%s]",
			 names[bit]);
		assert_line(want, IPV4(EV(PORTS) | EV(TCP_FLAGS)), .proto = 6, .sport = 1,
			    .dport = 2, .tcp_flags = (__u8)(1 << bit));
	}
	assert_line("TCP 10.9.0.1:1 -> 10.9.0.2:2 (74 bytes) "
		    "[SYN,FIN,RST,PSH,ACK,URG,ECE,CWR]",
		    IPV4(EV(PORTS) | EV(TCP_FLAGS)), .proto = 6, .sport = 1, .dport = 2,
		    .tcp_flags = 0xff);
	assert_line("TCP 10.9.0.1:1 -> 10.9.0.2:2 (74 bytes) [SYN,AE]",
		    IPV4(EV(PORTS) | EV(TCP_FLAGS) | EV(AE)), .proto = 6, .sport = 1, .dport = 2,
		    .tcp_flags = 2);
}

/* A later fragment has neither ports nor flags. */
static void without_ports(void **state)
{
	(void)state;
	assert_line("TCP 10.9.0.1 -> 10.9.0.2 (74 bytes) [FRAG later]", IPV4(EV(FRAG) | EV(LATER)),
		    .proto = 6);
	assert_line("UDP 2001:db8::1 -> 2001:db8::2 (94 bytes) [FRAG first,LOW_TTL]",
		    IPV6(EV(FRAG) | EV(LOW_TTL)), .proto = 17);
	assert_line("TCP 10.9.0.1 -> 10.9.0.2 (74 bytes) [MALFORMED]", IPV4(EV(MALFORMED)),
		    .proto = 6);
}

static void udp(void **state)
{
	(void)state;
	assert_line("UDP 10.9.0.1:5353 -> 10.9.0.2:53 (74 bytes)", IPV4(EV(PORTS)), .proto = 17,
		    .sport = 5353, .dport = 53);
	assert_line("UDP [2001:db8::1]:546 -> [2001:db8::2]:547 (94 bytes)", IPV6(EV(PORTS)),
		    .proto = 17, .sport = 546, .dport = 547);
}

static void icmp(void **state)
{
	(void)state;
	assert_line("ICMP 10.9.0.1 -> 10.9.0.2 (74 bytes) type 8 code 0 echo request",
		    IPV4(EV(ICMP)), .proto = 1, .icmp_type = 8);
	assert_line("ICMP 10.9.0.1 -> 10.9.0.2 (74 bytes) type 3 code 3 port unreachable",
		    IPV4(EV(ICMP)), .proto = 1, .icmp_type = 3, .icmp_code = 3);
	assert_line("ICMP 10.9.0.1 -> 10.9.0.2 (74 bytes) type 3 code 99 destination unreachable",
		    IPV4(EV(ICMP)), .proto = 1, .icmp_type = 3, .icmp_code = 99);
	assert_line("ICMP 10.9.0.1 -> 10.9.0.2 (74 bytes) type 11 code 0 "
		    "time to live exceeded in transit [LOW_TTL]",
		    IPV4(EV(ICMP) | EV(LOW_TTL)), .proto = 1, .icmp_type = 11);
	assert_line("ICMP 10.9.0.1 -> 10.9.0.2 (74 bytes) type 255 code 255", IPV4(EV(ICMP)),
		    .proto = 1, .icmp_type = 255, .icmp_code = 255);
	assert_line("ICMP 10.9.0.1 -> 10.9.0.2 (74 bytes) [FRAG later]", IPV4(EV(FRAG) | EV(LATER)),
		    .proto = 1);
}

static void icmpv6(void **state)
{
	(void)state;
	assert_line("ICMPv6 2001:db8::1 -> 2001:db8::2 (94 bytes) type 128 code 0 echo request",
		    IPV6(EV(ICMP)), .proto = 58, .icmp_type = 128);
	assert_line("ICMPv6 2001:db8::1 -> 2001:db8::2 (94 bytes) type 135 code 0 "
		    "neighbor solicitation",
		    IPV6(EV(ICMP)), .proto = 58, .icmp_type = 135);
	assert_line("ICMPv6 2001:db8::1 -> 2001:db8::2 (94 bytes) type 1 code 4 port unreachable",
		    IPV6(EV(ICMP)), .proto = 58, .icmp_type = 1, .icmp_code = 4);
	/* Numbers mean other things than under IPv4. */
	assert_line("ICMPv6 2001:db8::1 -> 2001:db8::2 (94 bytes) type 8 code 0", IPV6(EV(ICMP)),
		    .proto = 58, .icmp_type = 8);
	assert_line("ICMPv6 10.9.0.1 -> 10.9.0.2 (74 bytes)", IPV4(0), .proto = 58);
}

static void protocols(void **state)
{
	static const struct {
		__u8 proto;
		const char *name;
	} rows[] = {
		{ 1, "ICMP" },
		{ 2, "IGMP" },
		{ 6, "TCP" },
		{ 17, "UDP" },
		{ 33, "DCCP" },
		{ 41, "6in4" },
		{ 47, "GRE" },
		{ 50, "ESP" },
		{ 51, "AH" },
		{ 58, "ICMPv6" },
		{ 89, "OSPF" },
		{ 132, "SCTP" },
		{ 136, "UDP-Lite" },
		{ 255, "Reserved" },
		{ 0, "HOPOPT" },
		{ 4, "IPIP" },
		{ 59, "no-next-header" },
		{ 103, "PIM" },
		{ 112, "VRRP" },
		{ 146, "Homa" },
		{ 147, "BIT-EMU" },
		{ 61, "host-internal" },
		{ 68, "distributed-fs" },
		{ 114, "0-hop" },
		{ 148, "PROTO_148" },
		{ 252, "PROTO_252" },
		{ 254, "experiment-254" },
	};
	char want[80];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(want, sizeof(want), "%s 10.9.0.1 -> 10.9.0.2 (74 bytes)", rows[i].name);
		assert_line(want, IPV4(0), .proto = rows[i].proto);
	}
}

/* As tcpdump prints it. */
static void arp(void **state)
{
#define ARP(op)                                                                 \
	.src = { 2, 0, 0, 0, 0, 1, 10, 9, 0, 1, 2, 0, 0, 0, 0, 3 },             \
	.dst = { 255, 255, 255, 255, 255, 255, 10, 9, 0, 2, 2, 0, 0, 0, 0, 4 }, \
	.eth_type = ETH_P_ARP, .len = 42, .arp_op = op, .flags = EV(ARP)

	(void)state;
	assert_line("ARP" FROM_MACS " who-has 10.9.0.2 tell 10.9.0.1", ARP(1));
	assert_line("ARP" FROM_MACS " 10.9.0.1 is-at 02:00:00:00:00:03", ARP(2));
	assert_line("ARP" FROM_MACS " who-is 02:00:00:00:00:04 tell 02:00:00:00:00:03", ARP(3));
	assert_line("ARP" FROM_MACS " 02:00:00:00:00:04 at 10.9.0.2", ARP(4));
	assert_line("ARP" FROM_MACS " who-is 02:00:00:00:00:04 tell 02:00:00:00:00:03", ARP(8));
	assert_line("ARP" FROM_MACS " 02:00:00:00:00:03 at 10.9.0.1", ARP(9));
	assert_line("ARP" FROM_MACS " op 25 10.9.0.1 -> 10.9.0.2", ARP(25));
}

static void not_ip(void **state)
{
	(void)state;
	assert_line("ARP" FROM_MACS, MACS, .eth_type = ETH_P_ARP);
	assert_line("RARP" FROM_MACS, MACS, .eth_type = ETH_P_RARP);
	assert_line("LLDP" FROM_MACS, MACS, .eth_type = 0x88cc);
	assert_line("EAPOL" FROM_MACS, MACS, .eth_type = 0x888e);
	assert_line("MPLS" FROM_MACS, MACS, .eth_type = 0x8847);
	assert_line("PPPoE-D" FROM_MACS, MACS, .eth_type = 0x8863);
	assert_line("PPPoE-S" FROM_MACS, MACS, .eth_type = 0x8864);
	assert_line("PTP" FROM_MACS, MACS, .eth_type = 0x88f7);
	assert_line("Slow" FROM_MACS, MACS, .eth_type = 0x8809);
	assert_line("SRP" FROM_MACS, MACS, .eth_type = 0x22ea);
	assert_line("MIRP" FROM_MACS, MACS, .eth_type = 0x8929);
	assert_line("0x88b5" FROM_MACS, MACS, .eth_type = 0x88b5);
	assert_line("0x0600" FROM_MACS, MACS, .eth_type = 0x0600);
	assert_line("LLC" FROM_MACS, MACS, .eth_type = 0x05ff);
	assert_line("LLC" FROM_MACS, MACS, .eth_type = 38);
}

/* An EtherType, but no header that could be read. */
static void cut_ip(void **state)
{
	(void)state;
	assert_line("IPv4" FROM_MACS " [MALFORMED]", MACS, .eth_type = ETH_P_IP,
		    .flags = EV(MALFORMED));
	assert_line("IPv6" FROM_MACS " [MALFORMED]", MACS, .eth_type = ETH_P_IPV6,
		    .flags = EV(MALFORMED));
}

static void too_short_for_ethernet(void **state)
{
	(void)state;
	assert_line("0x0000 00:00:00:00:00:00 -> 00:00:00:00:00:00 (13 bytes) [MALFORMED]",
		    .len = 13, .flags = EV(MALFORMED));
}

static void vlan(void **state)
{
	(void)state;
	assert_line("UDP 10.9.0.1:1 -> 10.9.0.2:2 (74 bytes) [VLAN 100]",
		    IPV4(EV(PORTS) | EV(VLAN)), .proto = 17, .sport = 1, .dport = 2,
		    .vlan = 1 << 12 | 100);
	assert_line("TCP 10.9.0.1:1 -> 10.9.0.2:2 (74 bytes) [SYN,VLAN 4095 (2 tags)]",
		    IPV4(EV(PORTS) | EV(VLAN) | EV(TCP_FLAGS)), .proto = 6, .sport = 1, .dport = 2,
		    .tcp_flags = 2, .vlan = 2 << 12 | 4095);
	assert_line("ARP" FROM_MACS " [VLAN 0]", MACS, .eth_type = ETH_P_ARP, .flags = EV(VLAN),
		    .vlan = 1 << 12);
	assert_line("802.1Q" FROM_MACS " [VLAN 7 (4+ tags)]", MACS, .eth_type = ETH_P_8021Q,
		    .flags = EV(VLAN), .vlan = 4 << 12 | 7);
	assert_line("802.1Q" FROM_MACS " [VLAN 7 (4 tags),MALFORMED]", MACS,
		    .eth_type = ETH_P_8021Q, .flags = EV(VLAN) | EV(MALFORMED),
		    .vlan = 4 << 12 | 7);
}

static void all_remarks_in_order(void **state)
{
	(void)state;
	assert_line("TCP 10.9.0.1:1 -> 10.9.0.2:2 (74 bytes) "
		    "[FRAG later,LOW_TTL,SYN,RST,VLAN 5,MALFORMED]",
		    IPV4(EV(PORTS) | EV(FRAG) | EV(LATER) | EV(LOW_TTL) | EV(TCP_FLAGS) | EV(VLAN) |
			 EV(MALFORMED)),
		    .proto = 6, .sport = 1, .dport = 2, .tcp_flags = 0x06, .vlan = 1 << 12 | 5);
}

static void with_the_interface(void **state)
{
	(void)state;
	assert_string_equal(line("eth0", (struct packet_event){ MACS, .eth_type = ETH_P_ARP }),
			    "eth0 ARP" FROM_MACS);
}

/* IANA assigned 0 to 147 and the last three. */
/* Of a tap at exit: after all else. */
static void fate(void **state)
{
	struct packet_event ev = { IPV4(EV(PORTS) | EV(TCP_FLAGS)), .proto = 6, .tcp_flags = 2 };

	(void)state;
	assert_string_equal(line_with(NULL, " [DROP by fw]", ev),
			    "TCP 10.9.0.1:0 -> 10.9.0.2:0 (74 bytes) [SYN] [DROP by fw]");
	ev.tcp_flags = 0;
	assert_string_equal(line_with("eth0", " [PASS by fw]", ev),
			    "eth0 TCP 10.9.0.1:0 -> 10.9.0.2:0 (74 bytes) [PASS by fw]");
}

static void each_assigned_protocol_has_a_name_of_its_own(void **state)
{
	const char *a, *b;

	(void)state;
	for (unsigned int i = 0; i <= UINT8_MAX; i++) {
		a = names_protocol((uint8_t)i, ETH_P_IP);
		if (i > 147 && i < 253) {
			assert_null(a);
			continue;
		}
		assert_non_null(a);
		for (unsigned int j = 0; j < i; j++) {
			b = names_protocol((uint8_t)j, ETH_P_IP);
			assert_true(!b || strcmp(a, b) != 0);
		}
	}
}

static void names_are_not_too_long(void **state)
{
	const char *name;

	(void)state;
	for (unsigned int i = 0; i <= UINT16_MAX; i++) {
		const char *all[] = {
			names_protocol((uint8_t)i, ETH_P_IP),
			names_ethertype((uint16_t)i),
			names_icmp((uint8_t)(i >> 8), (uint8_t)i),
			names_icmpv6((uint8_t)(i >> 8), (uint8_t)i),
		};

		for (size_t j = 0; j < 4; j++) {
			name = all[j];
			assert_true(!name || (*name && strlen(name) <= NAMES_MAX));
		}
	}
}

/* Whatever is in it, an event makes one line that fits. */
static void any_bytes(void **state)
{
	static char text[PACKET_TEXT_LINE_MAX + 8];
	struct packet_event ev;
	struct time_base c = utc();
	struct packet_text t = { .clock = &c };
	struct tap_member member = { .prog_id = 1 };
	char fate[FATE_MAX];
	size_t longest = 0;
	char *end;

	(void)state;
	memset(member.name, 1, sizeof(member.name) - 1);
	fate_put(fate, FATE_TEXT, XDPTAP_REDIRECT, &member);
	srandom(1);
	for (int i = 0; i < 300000; i++) {
		for (size_t j = 0; j < sizeof(ev); j++)
			((unsigned char *)&ev)[j] = (unsigned char)(i ? random() : 0xff);
		if (i % 2)
			ev.eth_type = ETH_P_IPV6;
		memset(text, '#', sizeof(text));
		end = packet_text_put(&t, text, "fifteen-letters", fate,
				      &(struct packet){ &ev, 0, 0 });
		assert_memory_equal(text + PACKET_TEXT_LINE_MAX, "########", 8);
		assert_true(end <= text + PACKET_TEXT_LINE_MAX);
		assert_ptr_equal(memchr(text, '\n', sizeof(text)), end - 1);
		for (char *p = text; p < end - 1; p++)
			assert_true(isprint((unsigned char)*p));
		if ((size_t)(end - text) > longest)
			longest = (size_t)(end - text);
	}
	assert_in_range(longest, 200, PACKET_TEXT_LINE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp),
		cmocka_unit_test(each_tcp_flag),
		cmocka_unit_test(without_ports),
		cmocka_unit_test(udp),
		cmocka_unit_test(icmp),
		cmocka_unit_test(icmpv6),
		cmocka_unit_test(protocols),
		cmocka_unit_test(arp),
		cmocka_unit_test(not_ip),
		cmocka_unit_test(cut_ip),
		cmocka_unit_test(too_short_for_ethernet),
		cmocka_unit_test(vlan),
		cmocka_unit_test(all_remarks_in_order),
		cmocka_unit_test(with_the_interface),
		cmocka_unit_test(fate),
		cmocka_unit_test(each_assigned_protocol_has_a_name_of_its_own),
		cmocka_unit_test(names_are_not_too_long),
		cmocka_unit_test(any_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
