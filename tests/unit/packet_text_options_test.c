// SPDX-License-Identifier: BSD-2-Clause
/* text.c: what the options add to a line: times, MAC addresses, TTL and ID, dumps. */
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

#include "reader/packet_text.h"

#define EV(name) XDPTAP_EV_##name
#define SECOND   UINT64_C(1000000000)

/* 2026-03-04 12:34:56 UTC */
#define SECOND_OF_2026 UINT64_C(1772627696)

/* An event and room for bytes after it, as in a ring buffer. */
struct record {
	struct packet_event event;
	uint8_t bytes[128];
};

static struct time_base utc_clock;

static int set_clock(void **state)
{
	(void)state;
	setenv("TZ", "UTC0", 1);
	time_init(&utc_clock);
	utc_clock.tai_offset_ns = 0;
	return 0;
}

/* What `t` makes of it, without the last newline. */
static const char *put(struct packet_text *t, const struct record *r, uint32_t caplen)
{
	static char text[PACKET_TEXT_LINE_MAX + 1024];
	char *end;

	t->clock = &utc_clock;
	assert_in_range(packet_text_room(t, caplen), PACKET_TEXT_LINE_MAX, sizeof(text) - 1);
	end = packet_text_put(t, text, NULL, NULL, &(struct packet){ &r->event, caplen, 0 });
	assert_int_equal(end[-1], '\n');
	end[-1] = '\0';
	return text;
}

/* An ARP request of that time, whose line is that and ARP_TEXT. */
#define ARP_TEXT "ARP 00:00:00:00:00:00 -> 00:00:00:00:00:00 (42 bytes)"
static const char *at(struct packet_text *t, uint64_t ts_ns)
{
	const struct record arp = {
		.event = { .ts_ns = ts_ns, .eth_type = ETH_P_ARP, .len = 42 },
	};

	return put(t, &arp, 0);
}

#define assert_times(how, ...) assert_times_at(how, (const struct moment[]){ __VA_ARGS__, {} })

struct moment {
	const char *want;
	uint64_t ts_ns;
};

static void assert_times_at(enum text_time how, const struct moment *m)
{
	struct packet_text t = { .time = how };
	char want[128];

	for (; m->want; m++) {
		snprintf(want, sizeof(want), "%s" ARP_TEXT, m->want);
		assert_string_equal(at(&t, m->ts_ns), want);
	}
}

static void times(void **state)
{
	const uint64_t now = SECOND_OF_2026 * SECOND + 789012345;

	(void)state;
	assert_times(TEXT_TIME_OF_DAY, { "[12:34:56.789012] ", now });
	assert_times(TEXT_TIME_NONE, { "", now });
	assert_times(TEXT_TIME_EPOCH, { "[1772627696.789012] ", now }, { "[0.000000] ", 999 },
		     { "[9.000001] ", 9 * SECOND + 1000 }, { "[9223372036.854775] ", INT64_MAX });
	assert_times(TEXT_TIME_DATE, { "[2026-03-04 12:34:56.789012] ", now },
		     { "[1970-01-01 00:00:00.000000] ", 0 },
		     { "[2262-04-11 23:47:16.854775] ", INT64_MAX });
}

/* The rest of a nanosecond never shows: a sum of spans is the span from first to last. */
static void since_previous(void **state)
{
	const uint64_t now = SECOND_OF_2026 * SECOND + 1900;

	(void)state;
	assert_times(TEXT_TIME_SINCE_PREVIOUS, { "[ 00:00:00.000000] ", now },
		     { "[ 00:00:00.000001] ", now + 100 },
		     { "[ 00:01:01.000000] ", now + 61 * SECOND + 100 },
		     { "[-00:01:01.000001] ", now },
		     { "[ 23:59:59.000000] ", now + 86399 * SECOND },
		     { "[ 99:59:59.000000] ", now + (86399 + 359999) * SECOND },
		     { "[ 100:00:00.000000] ", now + (86399 + 359999 + 360000) * SECOND });
}

static void since_first(void **state)
{
	const uint64_t now = SECOND_OF_2026 * SECOND + 1900;

	(void)state;
	assert_times(TEXT_TIME_SINCE_FIRST, { "[ 00:00:00.000000] ", now },
		     { "[ 00:00:00.000001] ", now + 100 },
		     { "[ 01:01:01.000000] ", now + 3661 * SECOND }, { "[ 00:00:00.000000] ", now },
		     { "[-00:00:01.500000] ", now - 3 * SECOND / 2 });
}

/* What was stamped before the offset to TAI was known: before the epoch. */
static void before_the_epoch(void **state)
{
	(void)state;
	assert_times(TEXT_TIME_EPOCH, { "[-0.000001] ", (uint64_t)-1 },
		     { "[-1.500000] ", (uint64_t)-1500000000 },
		     { "[-9223372036.854776] ", (uint64_t)INT64_MIN });
	assert_times(TEXT_TIME_DATE, { "[1969-12-31 23:59:59.999999] ", (uint64_t)-1 },
		     { "[1677-09-21 00:12:43.145224] ", (uint64_t)INT64_MIN });
	assert_times(TEXT_TIME_SINCE_PREVIOUS, { "[ 00:00:00.000000] ", (uint64_t)INT64_MIN },
		     { "[ 5124095:34:33.709551] ", INT64_MAX },
		     { "[-5124095:34:33.709551] ", (uint64_t)INT64_MIN });
}

/* Frames with MAC addresses 02:..:02 from 02:..:01, tags of ID 5, and then IP. */
static struct record frame(uint16_t eth_type, int tags, const uint8_t *ip, size_t ip_bytes)
{
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 };
	struct record r = {
		.event = { .len = 74, .eth_type = eth_type, .flags = EV(IP), .proto = 47 },
	};
	uint8_t *p = mempcpy(r.bytes, macs, sizeof(macs));

	for (int i = 0; i < tags; i++) {
		p = mempcpy(p, "\x81\x00\x00", 3);
		*p++ = (uint8_t)(5 + i);
	}
	*p++ = (uint8_t)(eth_type >> 8);
	*p++ = (uint8_t)eth_type;
	memcpy(p, ip, ip_bytes);
	if (tags) {
		r.event.vlan = (__u16)(tags << 12 | 5);
		r.event.flags |= EV(VLAN);
	}
	return r;
}

static const uint8_t ipv4[20] = {
	0x45, 0, 0, 60, 0x12, 0x67, 0x40, 0, 64, 47, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2,
};
static const uint8_t ipv6[40] = { 0x6f, 0xf1, 0x23, 0x45, 0, 20, 47, 255 };

#define GRE4      "GRE 0.0.0.0 -> 0.0.0.0 (74 bytes)"
#define GRE6      "GRE :: -> :: (74 bytes)"
#define FROM_MACS "02:00:00:00:00:01 -> 02:00:00:00:00:02 "

static void link_level(void **state)
{
	const struct record r = frame(ETH_P_IP, 0, ipv4, sizeof(ipv4));
	struct packet_text t = { .time = TEXT_TIME_NONE, .link_level = true };

	(void)state;
	for (uint32_t caplen = 0; caplen < 64; caplen++)
		assert_string_equal(put(&t, &r, caplen), caplen < 12 ? GRE4 : FROM_MACS GRE4);
	t.time = TEXT_TIME_OF_DAY;
	assert_string_equal(put(&t, &r, 64), "[00:00:00.000000] " FROM_MACS GRE4);
}

/* Its line has the MAC addresses anyway. */
static void link_level_of_no_ip(void **state)
{
	struct record r = frame(ETH_P_ARP, 0, ipv4, 1);
	struct packet_text t = { .time = TEXT_TIME_NONE, .link_level = true };

	(void)state;
	r.event.flags = 0;
	r.event.len = 42;
	assert_string_equal(put(&t, &r, 42), ARP_TEXT);
}

/* frame() gives the tags the IDs 5, 6, ... */
static const char *inner_of(uint32_t tags, uint32_t caplen)
{
	static char text[64];
	char *p = text;

	*p = '\0';
	for (uint32_t i = 1; i < tags && caplen >= 16 + 4 * i; i++)
		p += sprintf(p, "%s%u", i == 1 ? " inner VLAN " : ",", 5 + i);
	return text;
}

static void verbose_ipv4(void **state)
{
	struct packet_text t = { .time = TEXT_TIME_NONE, .verbose = true };
	struct record r;

	(void)state;
	for (uint32_t tags = 0; tags <= 4; tags++) {
		char remarks[32] = "", want[128];

		r = frame(ETH_P_IP, (int)tags, ipv4, sizeof(ipv4));
		if (tags == 1)
			strcpy(remarks, " [VLAN 5]");
		else if (tags)
			snprintf(remarks, sizeof(remarks), " [VLAN 5 (%u tags)]", tags);
		for (uint32_t caplen = 0; caplen < 80; caplen++) {
			uint32_t ip = 14 + 4 * tags;

			snprintf(want, sizeof(want), GRE4 "%s%s%s%s%s",
				 caplen < ip + 9 ? "" : " ttl 64",
				 caplen < ip + 6 ? "" : " id 4711", caplen < ip + 20 ? "" : " DF",
				 inner_of(tags, caplen), remarks);
			assert_string_equal(put(&t, &r, caplen), want);
		}
	}
}

static void verbose_ipv6(void **state)
{
	const struct record r = frame(ETH_P_IPV6, 0, ipv6, sizeof(ipv6));
	struct packet_text t = { .time = TEXT_TIME_NONE, .verbose = true };
	char want[128];

	(void)state;
	for (uint32_t caplen = 0; caplen < 64; caplen++) {
		snprintf(want, sizeof(want), GRE6 "%s%s%s", caplen < 14 + 8 ? "" : " hlim 255",
			 caplen < 14 + 4 ? "" : " flow 0x12345",
			 caplen < 14 + 40 ? "" : " dscp 63 ecn 3");
		assert_string_equal(put(&t, &r, caplen), want);
	}
}

/* Of what is no fragment it says nothing. */
static void verbose_id_0(void **state)
{
	struct record r = frame(ETH_P_IP, 0, ipv4, sizeof(ipv4));
	struct packet_text t = { .time = TEXT_TIME_NONE, .verbose = true };

	(void)state;
	memcpy(r.bytes + 14 + 4, "\0\0\0\0", 4);
	assert_string_equal(put(&t, &r, 64), GRE4 " ttl 64");
	memcpy(r.bytes + 14 + 6, "\x20\0", 2);
	r.event.flags |= EV(FRAG);
	assert_string_equal(put(&t, &r, 64), GRE4 " ttl 64 id 0 offset 0 [FRAG first]");
}

/* Behind the length, before what ICMP says and before the remarks. */
static void verbose_icmp(void **state)
{
	struct record r = frame(ETH_P_IP, 1, ipv4, sizeof(ipv4));
	struct packet_text t = { .time = TEXT_TIME_NONE, .verbose = true, .link_level = true };

	(void)state;
	r.event.proto = r.bytes[14 + 4 + 9] = 1;
	r.event.icmp_type = 8;
	r.event.flags |= EV(ICMP);
	assert_string_equal(put(&t, &r, 64),
			    FROM_MACS "ICMP 0.0.0.0 -> 0.0.0.0 (74 bytes) ttl 64 id 4711 DF "
				      "type 8 code 0 echo request id 0 seq 0 [VLAN 5]");
}

/* What an error is about follows what it says. */
static void verbose_icmp_error(void **state)
{
	static const uint8_t quote[] = { 0x45, 0, 0, 60, 0,  1, 0x40, 0, 1,    17,   0,    0,
					 10,   9, 0, 2,  10, 9, 0,    1, 0x9c, 0x40, 0x82, 0x9a };
	struct record r = frame(ETH_P_IP, 0, ipv4, sizeof(ipv4));
	struct packet_text t = { .time = TEXT_TIME_NONE, .verbose = true };

	(void)state;
	r.event.proto = 1;
	r.event.icmp_type = 3;
	r.event.icmp_code = 4;
	r.event.flags |= EV(ICMP);
	r.bytes[14 + 9] = 1;
	memcpy(r.bytes + 34, "\3\4\0\0\0\0\5\x78", 8);
	memcpy(r.bytes + 42, quote, sizeof(quote));
#define ERROR \
	"ICMP 0.0.0.0 -> 0.0.0.0 (74 bytes) ttl 64 id 4711 DF type 3 code 4 fragmentation needed mtu 1400"
	assert_string_equal(put(&t, &r, 61), ERROR);
	assert_string_equal(put(&t, &r, 65), ERROR " about UDP 10.9.0.2 -> 10.9.0.1");
	assert_string_equal(put(&t, &r, 66), ERROR " about UDP 10.9.0.2:40000 -> 10.9.0.1:33434");
}

/* What ARP says is of the event, and -v does not take it away. */
static void verbose_arp(void **state)
{
	const struct record r = {
		.event = {
			.src = { 2, 0, 0, 0, 0, 1, 10, 9, 0, 1, 2, 0, 0, 0, 0, 1 },
			.dst = { 2, 0, 0, 0, 0, 2, 10, 9, 0, 2 },
			.eth_type = ETH_P_ARP,
			.len = 42,
			.arp_op = 1,
			.flags = EV(ARP),
		},
	};
	struct packet_text t = { .time = TEXT_TIME_NONE, .verbose = true };

	(void)state;
	for (uint32_t caplen = 0; caplen <= 42; caplen += 42)
		assert_string_equal(put(&t, &r, caplen),
				    "ARP 02:00:00:00:00:01 -> 02:00:00:00:00:02 (42 bytes) "
				    "who-has 10.9.0.2 tell 10.9.0.1");
}

static void nothing_of_no_ip(void **state)
{
	struct record r = frame(ETH_P_IP, 0, ipv4, sizeof(ipv4));
	struct packet_text t = { .time = TEXT_TIME_NONE, .verbose = true };

	(void)state;
	r.event.flags = EV(MALFORMED);
	assert_string_equal(put(&t, &r, 64), "IPv4 00:00:00:00:00:00 -> 00:00:00:00:00:00 "
					     "(74 bytes) [MALFORMED]");
}

/* The reason follows the brackets, with -v only. */
static void verbose_malformed(void **state)
{
	struct record r = frame(ETH_P_IP, 0, ipv4, sizeof(ipv4));
	struct packet_text t = { .time = TEXT_TIME_NONE };

	(void)state;
	r.event.flags |= EV(MALFORMED);
	r.event.len = 38;
	r.bytes[14 + 9] = 17;
#define CUT "GRE 0.0.0.0 -> 0.0.0.0 (38 bytes)"
	assert_string_equal(put(&t, &r, 38), CUT " [MALFORMED]");
	t.verbose = true;
	assert_string_equal(put(&t, &r, 33), CUT " ttl 64 id 4711 [MALFORMED]");
	assert_string_equal(put(&t, &r, 34),
			    CUT " ttl 64 id 4711 DF [MALFORMED] "
				"IPv4 total length 60 beyond the frame (24 bytes left)");
}

static void dumps(void **state)
{
	const struct record r = frame(ETH_P_IP, 0, ipv4, sizeof(ipv4));
	struct packet_text t = { .time = TEXT_TIME_NONE, .dump = TEXT_DUMP_HEX };

	(void)state;
	assert_string_equal(put(&t, &r, 0), GRE4);
	assert_string_equal(put(&t, &r, 1), GRE4 "\n\t0x0000:  02");
	assert_string_equal(put(&t, &r, 18),
			    GRE4 "\n\t0x0000:  0200 0000 0002 0200 0000 0001 0800 4500"
				 "\n\t0x0010:  003c");
	t.dump = TEXT_DUMP_ASCII;
	assert_string_equal(put(&t, &r, 0), GRE4);
	assert_string_equal(put(&t, &r, 18), GRE4
			    "\n\t0x0000:  0200 0000 0002 0200 0000 0001 0800 4500  ..............E."
			    "\n\t0x0010:  003c                                     .<");
}

/* Whatever is in it and whatever is asked for, it fits; in memory of just that size. */
static void any_bytes(void **state)
{
	unsigned char record[sizeof(struct packet_event) + 300]
		__attribute__((aligned(__alignof__(struct packet_event))));
	struct packet_text t = { .clock = &utc_clock };
	struct packet packet = { .event = (void *)record };
	static const char fate[] = " [DROP by fw]";

	(void)state;
	srandom(1);
	for (int i = 0; i < 100000; i++) {
		char *text, *end, *line_end;
		size_t room;

		for (size_t j = 0; j < sizeof(record); j++)
			record[j] = (unsigned char)(i ? random() : 0xff);
		if (i % 2)
			((struct packet_event *)record)->eth_type = ETH_P_IPV6;
		packet.caplen = (uint32_t)random() % 301;
		t.time = (enum text_time)(random() % 6);
		t.link_level = random() % 2;
		t.verbose = random() % 2;
		t.dump = (enum text_dump)(random() % 3);

		room = packet_text_room(&t, packet.caplen);
		text = malloc(room);
		assert_non_null(text);
		end = packet_text_put(&t, text, "fifteen-letters", fate, &packet);
		assert_in_range(end - text, 1, room);
		line_end = memchr(text, '\n', room);
		assert_in_range(line_end - text, 1, PACKET_TEXT_LINE_MAX - 2);
		assert_memory_equal(line_end - strlen(fate), fate, strlen(fate));
		for (char *p = text; p < end; p++)
			assert_true(isprint((unsigned char)*p) || *p == '\n' ||
				    (p > line_end && *p == '\t'));
		if (!t.dump || !packet.caplen)
			assert_ptr_equal(line_end, end - 1);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),
		cmocka_unit_test(since_previous),
		cmocka_unit_test(since_first),
		cmocka_unit_test(before_the_epoch),
		cmocka_unit_test(link_level),
		cmocka_unit_test(link_level_of_no_ip),
		cmocka_unit_test(verbose_ipv4),
		cmocka_unit_test(verbose_ipv6),
		cmocka_unit_test(verbose_id_0),
		cmocka_unit_test(verbose_icmp),
		cmocka_unit_test(verbose_icmp_error),
		cmocka_unit_test(verbose_arp),
		cmocka_unit_test(nothing_of_no_ip),
		cmocka_unit_test(verbose_malformed),
		cmocka_unit_test(dumps),
		cmocka_unit_test(any_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_clock, NULL);
}
