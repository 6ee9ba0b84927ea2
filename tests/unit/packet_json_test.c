// SPDX-License-Identifier: BSD-2-Clause
/*
 * json.c: golden lines, names of interfaces, and any packet compared with what
 * json-c makes of it. With XDPTAP_JSON_LINES=FILE in the environment the lines
 * of any_frame() are written there, for json.bats to validate.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <json-c/json.h>

#include "bpf/parse.h"
#include "reader/packet_json.h"
#include "tests/unit/json_check.h"

#define EV(name) XDPTAP_EV_##name

/* 2026-01-02T03:04:05.123456789Z */
#define TIME_NS UINT64_C(1767323045123456789)
#define START   "{\"ts\":\"2026-01-02T03:04:05.123456789Z\",\"ifname\":\"eth0\","

#define BYTES_MAX 256

/* An event and the bytes after it, as in a ring buffer. */
struct record {
	struct packet_event event;
	uint8_t bytes[BYTES_MAX];
};

static struct time_base utc_clock;

static int set_clock(void **state)
{
	(void)state;
	/* A zone, which JSON does not care for. */
	setenv("TZ", "CET-1", 1);
	time_init(&utc_clock);
	utc_clock.tai_offset_ns = 0;
	return 0;
}

/* The line, after json_check(), in memory of just the size that was asked for. */
static char *line_with(struct packet_json *j, const char *ifname_json, const char *ifname,
		       const char *fate, const struct packet *packet)
{
	const char *wanted;
	size_t room, bytes;
	char *text;

	j->clock = &utc_clock;
	room = packet_json_room(j, packet->caplen);
	text = malloc(room);
	assert_non_null(text);
	bytes = (size_t)(packet_json_put(j, text, ifname_json, fate, packet) - text);
	assert_in_range(bytes, 1, room);
	wanted = json_check(j, ifname, fate, packet, text, bytes);
	if (wanted)
		fail_msg("expected %s\ngot %.*s", wanted, (int)bytes, text);
	assert_ptr_equal(memchr(text, '\n', bytes), text + bytes - 1);
	text[bytes - 1] = '\0';
	return text;
}

static char *line(struct packet_json *j, const char *ifname_json, const char *ifname,
		  const struct packet *packet)
{
	return line_with(j, ifname_json, ifname, NULL, packet);
}

static void assert_line_of(struct packet_json j, struct record r, uint32_t caplen, const char *want)
{
	char *text;

	r.event.ts_ns = TIME_NS;
	text = line(&j, "\"eth0\"", "eth0", &(struct packet){ &r.event, caplen, 0 });
	assert_memory_equal(text, START, strlen(START));
	assert_string_equal(text + strlen(START), want);
	free(text);
}

#define assert_line(want, ...) \
	assert_line_of((struct packet_json){}, (struct record){ .event = { __VA_ARGS__ } }, 0, want)

#define IPV4(flag)                                                                       \
	.eth_type = ETH_P_IP, .src = { 10, 9, 0, 1 }, .dst = { 10, 9, 0, 2 }, .len = 74, \
	.flags = EV(IP) | (flag)
#define IPV6(flag)                                                           \
	.eth_type = ETH_P_IPV6, .src = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, \
	.dst = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 }, .len = 94, .flags = EV(IP) | (flag)
#define MACS .src = { 2, 0, 0, 0, 0, 1 }, .dst = { 255, 255, 255, 255, 255, 255 }, .len = 42

#define FROM4 "\"src\":\"10.9.0.1\",\"dst\":\"10.9.0.2\","
#define FROM6 "\"src\":\"2001:db8::1\",\"dst\":\"2001:db8::2\","
#define FROM  "\"src\":\"02:00:00:00:00:01\",\"dst\":\"ff:ff:ff:ff:ff:ff\","

static void ip(void **state)
{
	(void)state;
	assert_line("\"len\":74,\"caplen\":0,\"eth_type\":2048," FROM4
		    "\"sport\":40000,\"dport\":80,\"proto\":\"TCP\",\"proto_num\":6,"
		    "\"tcp_flags\":[\"SYN\",\"ACK\"]}",
		    IPV4(EV(PORTS) | EV(TCP_FLAGS) | EV(SYN)), .proto = 6, .sport = 40000,
		    .dport = 80, .tcp_flags = 0x12);
	assert_line("\"len\":74,\"caplen\":0,\"eth_type\":2048," FROM4
		    "\"sport\":1,\"dport\":0,\"proto\":\"TCP\",\"proto_num\":6,\"tcp_flags\":[]}",
		    IPV4(EV(PORTS) | EV(TCP_FLAGS)), .proto = 6, .sport = 1);
	assert_line("\"len\":74,\"caplen\":0,\"eth_type\":2048," FROM4
		    "\"sport\":1,\"dport\":0,\"proto\":\"TCP\",\"proto_num\":6,"
		    "\"tcp_flags\":[\"SYN\",\"AE\"]}",
		    IPV4(EV(PORTS) | EV(TCP_FLAGS) | EV(AE)), .proto = 6, .sport = 1,
		    .tcp_flags = 2);
	assert_line(
		"\"len\":74,\"caplen\":0,\"eth_type\":2048," FROM4
		"\"proto\":\"TCP\",\"proto_num\":6,\"fragment\":\"later\",\"flags\":[\"FRAG\"]}",
		IPV4(EV(FRAG) | EV(LATER)), .proto = 6);
	assert_line("\"len\":94,\"caplen\":0,\"eth_type\":34525," FROM6
		    "\"proto\":\"ICMPv6\",\"proto_num\":58,\"icmp_type\":135,\"icmp_code\":0}",
		    IPV6(EV(ICMP)), .proto = 58, .icmp_type = 135);
	assert_line("\"len\":94,\"caplen\":0,\"eth_type\":34525,\"vlan\":7,\"vlan_tags\":2," FROM6
		    "\"proto\":\"no-next-header\",\"proto_num\":59,\"fragment\":\"first\","
		    "\"flags\":[\"FRAG\",\"LOW_TTL\",\"MALFORMED\"]}",
		    IPV6(EV(VLAN) | EV(FRAG) | EV(LOW_TTL) | EV(MALFORMED)), .proto = 59,
		    .vlan = 2 << 12 | 7);
}

static void not_ip(void **state)
{
	(void)state;
	assert_line("\"len\":42,\"caplen\":0,\"eth_type\":2054,\"vlan\":0," FROM
		    "\"proto\":\"ARP\"}",
		    MACS, .eth_type = ETH_P_ARP, .vlan = 1 << 12, .flags = EV(VLAN));
	assert_line("\"len\":42,\"caplen\":0,\"eth_type\":2054," FROM
		    "\"proto\":\"ARP\",\"arp_op\":2,\"arp_sender_ip\":\"10.9.0.1\","
		    "\"arp_sender_mac\":\"02:00:00:00:00:03\",\"arp_target_ip\":\"10.9.0.2\","
		    "\"arp_target_mac\":\"02:00:00:00:00:04\"}",
		    .src = { 2, 0, 0, 0, 0, 1, 10, 9, 0, 1, 2, 0, 0, 0, 0, 3 },
		    .dst = { 255, 255, 255, 255, 255, 255, 10, 9, 0, 2, 2, 0, 0, 0, 0, 4 },
		    .len = 42, .eth_type = ETH_P_ARP, .arp_op = 2, .flags = EV(ARP));
	assert_line("\"len\":42,\"caplen\":0,\"eth_type\":33024,\"vlan\":7,\"vlan_tags\":4,"
		    "\"vlan_more_tags\":true," FROM "\"proto\":\"802.1Q\"}",
		    MACS, .eth_type = ETH_P_8021Q, .vlan = 4 << 12 | 7, .flags = EV(VLAN));
	assert_line("\"len\":42,\"caplen\":0,\"eth_type\":34997," FROM "\"proto\":\"0x88b5\"}",
		    MACS, .eth_type = 0x88b5);
	assert_line("\"len\":42,\"caplen\":0,\"eth_type\":38," FROM "\"proto\":\"LLC\"}", MACS,
		    .eth_type = 38);
	assert_line("\"len\":42,\"caplen\":0,\"eth_type\":2048," FROM
		    "\"proto\":\"IPv4\",\"flags\":[\"MALFORMED\"]}",
		    MACS, .eth_type = ETH_P_IP, .flags = EV(MALFORMED));
}

/* It has neither a type nor addresses. */
static void too_short_for_ethernet(void **state)
{
	(void)state;
	assert_line("\"len\":13,\"caplen\":0,\"flags\":[\"MALFORMED\"]}", .len = 13,
		    .flags = EV(MALFORMED));
}

/* Of a tap at exit: the keys of the frame's fate come before those of its headers. */
static void fate(void **state)
{
	const struct packet_event ev = { .ts_ns = TIME_NS, IPV4(0), .proto = 47 };
	const struct packet packet = { .event = &ev };
	struct packet_json j = {};
	char words[FATE_MAX], *text;

	(void)state;
	fate_put(words, FATE_JSON, XDPTAP_DROP,
		 &(struct tap_member){ .prog_id = 57, .name = "xdpfilt_alw_all" });
	text = line_with(&j, "\"eth0\"", "eth0", words, &packet);
	assert_string_equal(text, START
			    "\"len\":74,\"caplen\":0,\"action\":\"drop\","
			    "\"prog\":\"xdpfilt_alw_all\",\"prog_id\":57,\"eth_type\":2048," FROM4
			    "\"proto\":\"GRE\",\"proto_num\":47}");
	free(text);
}

/* The longest line has room, and nothing that a name holds ends its string. */
static void any_fate(void **state)
{
	struct tap_member member = { .prog_id = UINT32_MAX };
	const struct packet_event ev = { IPV4(0) };
	struct packet_json j = {};
	char words[FATE_MAX];

	(void)state;
	srandom(4);
	for (int i = 0; i < 20000; i++) {
		for (size_t k = 0; k < sizeof(member.name) - 1; k++)
			member.name[k] = (char)(i ? random() : 1);
		fate_put(words, FATE_JSON, (__u32)random() % 8, random() % 8 ? &member : NULL);
		free(line_with(&j, "\"eth0\"", "eth0", words, &(struct packet){ &ev, 0, 0 }));
	}
}

static void captured(void **state)
{
	const struct packet_json all = { .link_level = true, .verbose = true, .dump = true };
	const struct record r = {
		{ IPV4(0), .proto = 47 },
		{ 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 20, 0x12, 0x67, 0, 0, 64 },
	};

#define GRE  "\"eth_type\":2048," FROM4 "\"proto\":\"GRE\",\"proto_num\":47"
#define ETH  ",\"eth_src\":\"02:00:00:00:00:01\",\"eth_dst\":\"02:00:00:00:00:02\""
#define DATA ",\"data\":\"0200000000020200000000010800450000141267000040\"}"
	(void)state;
	assert_line_of((struct packet_json){}, r, 23,
		       "\"len\":74,\"caplen\":23," GRE ",\"ttl\":64}");
	assert_line_of(all, r, 23,
		       "\"len\":74,\"caplen\":23," GRE ",\"ttl\":64,\"ip_id\":4711" ETH DATA);
	assert_line_of(all, r, 0, "\"len\":74,\"caplen\":0," GRE "}");
	assert_line_of(all, r, 1, "\"len\":74,\"caplen\":1," GRE ",\"data\":\"02\"}");
}

static void names_of_interfaces(void **state)
{
	static const struct {
		const char *ifname, *want;
	} rows[] = {
		{ "eth0.100", "\"eth0.100\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\"" },
		{ "gr\xc3\xbcn", "\"gr\xc3\xbcn\"" },
		{ "\xf0\x9f\xa6\x86\xe2\x82\xac", "\"\xf0\x9f\xa6\x86\xe2\x82\xac\"" },
		{ "\xed\x9f\xbf\xee\x80\x80", "\"\xed\x9f\xbf\xee\x80\x80\"" },
		{ "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },
#define BAD "\xef\xbf\xbd"
		{ "a\xff", "\"a" BAD "\"" },       /* never in UTF-8 */
		{ "\xc3", "\"" BAD "\"" },         /* cut */
		{ "\xe2\x82", "\"" BAD BAD "\"" }, /* cut */
		{ "\xc3(", "\"" BAD "(\"" },       /* no continuation */
		{ "\x80", "\"" BAD "\"" },         /* nothing that it continues */
		{ "\xc0\xaf", "\"" BAD BAD "\"" }, /* longer than it must be */
		{ "\xe0\x80\xaf", "\"" BAD BAD BAD "\"" },
		{ "\xf0\x80\x80\xaf", "\"" BAD BAD BAD BAD "\"" },
		{ "\xed\xa0\x80", "\"" BAD BAD BAD "\"" },         /* a surrogate */
		{ "\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\"" }, /* beyond U+10FFFF */
		{ "\xf5\x80\x80\x80", "\"" BAD BAD BAD BAD "\"" },
	};
	char got[PACKET_JSON_IFNAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(packet_json_ifname(got, rows[i].ifname), 0);
		assert_string_equal(got, rows[i].want);
	}
}

/* The longest fits; and no name makes a line that json-c would not have made. */
static void any_name(void **state)
{
	const struct packet_event ev = { IPV4(0) };
	char ifname[16] = "", json[PACKET_JSON_IFNAME_MAX];
	struct json_object *string;
	struct packet_json j = {};

	(void)state;
	memset(ifname, 1, 15);
	assert_int_equal(packet_json_ifname(json, ifname), 0);
	assert_int_equal(strlen(json), 2 + 15 * 6);
	srandom(1);
	for (int i = 0; i < 20000; i++) {
		for (int k = 0; k < 15; k++)
			ifname[k] =
				(char)(random() % 3 ? random() : "\xe2\x82\xac\xf0"[random() % 4]);
		assert_int_equal(packet_json_ifname(json, ifname), 0);
		string = json_tokener_parse(json);
		assert_non_null(string);
		free(line(&j, json, json_object_get_string(string), &(struct packet){ &ev, 0, 0 }));
		json_object_put(string);
	}
}

static struct packet_json any_options(void)
{
	return (struct packet_json){
		.link_level = random() % 2,
		.verbose = random() % 2,
		.dump = random() % 2,
	};
}

static void any_event(void **state)
{
	struct record r;

	(void)state;
	srandom(2);
	for (int i = 0; i < 50000; i++) {
		struct packet_json j = any_options();

		for (size_t k = 0; k < sizeof(r); k++)
			((unsigned char *)&r)[k] = (unsigned char)(i ? random() : 0xff);
		if (i % 2)
			r.event.eth_type = ETH_P_IPV6;
		if (i % 4 == 0)
			r.event.len %= 16;
		free(line(&j, "\"eth0\"", "eth0",
			  &(struct packet){ &r.event, (uint32_t)random() % (BYTES_MAX + 1), 0 }));
	}
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)random() % n;
}

/* Random, but with headers that the parser knows; and now and then none. Returns the length. */
static uint32_t random_frame(uint8_t *frame)
{
	static const uint8_t protos[] = {
		1, 2, 6, 6, 6, 17, 17, 33, 44, 47, 58, 59, 89, 132, 0, 60
	};
	static const uint16_t types[] = { ETH_P_IP,   ETH_P_IP,  ETH_P_IP, ETH_P_IPV6,
					  ETH_P_IPV6, ETH_P_ARP, 0x88b5,   38 };
	uint16_t type = types[below(8)];
	uint8_t *p = frame + 12;

	for (size_t i = 0; i < BYTES_MAX; i++)
		frame[i] = (uint8_t)random();
	for (uint32_t tags = below(3) ? 0 : below(6); tags; tags--, p += 4)
		memcpy(p, "\x81\x00", 2);
	*p++ = (uint8_t)(type >> 8);
	*p++ = (uint8_t)type;
	if (type == ETH_P_IP) {
		p[0] = (uint8_t)(0x45 + (below(8) ? 0 : below(3)));
		p[2] = 0;
		if (below(4))
			p[6] = p[7] = 0;
		p[9] = protos[below(sizeof(protos))];
		if (p[9] == 1)
			memcpy(p + 20, below(2) ? "\x08" : "\x03\x04", 2);
		if (p[9] == 1 && below(2))
			memcpy(p + 28, "\x45\0\0\0\0\0\0\0\x40\x11", 10); /* a quote */
	} else if (type == ETH_P_IPV6) {
		p[0] = 0x60 | (p[0] & 15);
		p[4] = 0;
		p[6] = protos[below(sizeof(protos))];
		if (p[6] == 58)
			p[40] = below(2) ? 128 : 2;
		if (p[6] == 58 && below(2))
			p[48] = 0x60; /* a quote */
	} else if (type == ETH_P_ARP && below(2)) {
		memcpy(p, "\0\1\x08\0\6\4", 6); /* of IPv4 on Ethernet */
	} else if (type < 0x0600 && below(2)) {
		memcpy(p, "\xaa\xaa\x03", 3); /* SNAP */
	}
	return below(8) ? 80 + below(BYTES_MAX - 80 + 1) : below(100);
}

/* Frames as the program would report them, and cut anywhere. */
static void any_frame(void **state)
{
	const char *path = getenv("XDPTAP_JSON_LINES");
	const struct tap_member member = { .prog_id = 57, .name = "fw" };
	FILE *out = path ? fopen(path, "w") : NULL;
	char words[FATE_MAX];
	struct record r;

	(void)state;
	assert_true(!path || out);
	srandom(3);
	for (int i = 0; i < 50000; i++) {
		struct packet_json j = any_options();
		uint32_t len = random_frame(r.bytes);
		frame_t frame = { .data = r.bytes, .len = len };
		char *text;

		parse_frame(&frame, len, &r.event);
		r.event.ts_ns = TIME_NS + (uint64_t)i * 999999937;
		fate_put(words, FATE_JSON, below(XDPTAP_ACTIONS), below(2) ? &member : NULL);
		text = line_with(&j, "\"eth0\"", "eth0", below(2) ? words : NULL,
				 &(struct packet){ &r.event, below(len + 1), 0 });
		if (out && i < 2000)
			fprintf(out, "%s\n", text);
		free(text);
	}
	if (out)
		assert_int_equal(fclose(out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip),
		cmocka_unit_test(not_ip),
		cmocka_unit_test(too_short_for_ethernet),
		cmocka_unit_test(fate),
		cmocka_unit_test(any_fate),
		cmocka_unit_test(captured),
		cmocka_unit_test(names_of_interfaces),
		cmocka_unit_test(any_name),
		cmocka_unit_test(any_event),
		cmocka_unit_test(any_frame),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_clock, NULL);
}
