// SPDX-License-Identifier: BSD-2-Clause
/*
 * malformed.c: a frame for each place where bpf/headers.h sets XDPTAP_EV_MALFORMED, and that there
 * is a reason for exactly the frames for which the parser sets it: over these, the fixtures,
 * others' captures and random frames, whole and cut. Run by `make test-unit`; parse_fuzz.c asks
 * the same of any bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <netinet/in.h> /* before linux/in.h, which then leaves out what it has */

#include "bpf/parse.h"
#include "reader/malformed.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/mutate.h"

enum { ROUNDS = 300000 };

/* The event of a frame, and the frame after it. */
static struct {
	struct packet_event event;
	uint8_t bytes[FRAME_MAX];
} record;

/* The reason that the first `caplen` bytes tell. */
static const char *reason(uint32_t caplen)
{
	static char text[MALFORMED_REASON_MAX + 1];
	const struct packet packet = { &record.event, caplen, 0 };
	char *end = malformed_put_reason(text, &packet);

	assert_in_range(end - text, 0, MALFORMED_REASON_MAX);
	*end = '\0';
	return text;
}

/*
 * Returns whether the frame is malformed. The event says so in any case, so that a frame without
 * a fault shows whether the walk finds none.
 */
static bool parse(const uint8_t *data, uint32_t len)
{
	bool malformed;

	frame_t frame = { .data = record.bytes, .len = len };

	assert_in_range(len, 0, sizeof(record.bytes));
	memcpy(record.bytes, data, len);
	record.event = (struct packet_event){};
	parse_frame(&frame, len, &record.event);
	malformed = record.event.flags & XDPTAP_EV_MALFORMED;
	record.event.flags |= XDPTAP_EV_MALFORMED;
	return malformed;
}

/* If fewer bytes were captured they tell the same, or nothing. */
static void check_captured(uint32_t caplen, const char *whole)
{
	const char *text;

	for (uint32_t i = caplen; i < record.event.len && i < caplen + 64; i++)
		record.bytes[i] ^= 0x5a;
	text = reason(caplen);
	if (*text && strcmp(text, whole) != 0)
		fail_msg("%u of %u bytes: \"%s\", not \"%s\"", caplen, record.event.len, text,
			 whole);
	for (uint32_t i = caplen; i < record.event.len && i < caplen + 64; i++)
		record.bytes[i] ^= 0x5a;
}

/* Returns whether it is malformed. */
static bool check(const uint8_t *data, uint32_t len)
{
	bool malformed = parse(data, len);

	if (malformed != !!*reason(len)) {
		print_error("# a frame of %u bytes:", len);
		for (uint32_t i = 0; i < len && i < 128; i++)
			print_error(" %02x", data[i]);
		fail_msg("MALFORMED is %d, the reason is \"%s\"", malformed, reason(len));
	}
	return malformed;
}

/* Whole, and when fewer bytes were captured. */
static bool check_all(const uint8_t *data, uint32_t len)
{
	bool malformed = check(data, len);
	char whole[MALFORMED_REASON_MAX + 1];

	strcpy(whole, reason(len));
	for (uint32_t caplen = 0; caplen < len && caplen < 200; caplen++)
		check_captured(caplen, whole);
	return malformed;
}

/* clang-format off */

#define ETH(type)		     "020000000002" "020000000001" type
#define IPV4(len, frag, proto)	     "4500" len "0000" frag "40" proto "0000" "c0000201" "c6336402"
#define IPV6(len, next)		     "60000000" len next "40" ADR6 ADR6
#define ADR6			     "20010db8000000000000000000000001"
#define PORTS			     "9c4001bb"
#define TCP(offset)		     PORTS "0000000000000000" offset "02" "000000000000"

static const struct {
	const char *hex, *want;
} cases[] = {
	/* Ethernet, tags, ARP */
	{ "020000000002" "020000000001" "08", "Ethernet header truncated: 13 of 14 bytes" },
	{ ETH("8100"), "VLAN tag truncated: 0 of 4 bytes" },
	{ ETH("8100") "0064", "VLAN tag truncated: 2 of 4 bytes" },
	{ ETH("88a8") "00648100" "00c808", "VLAN tag truncated: 3 of 4 bytes" },
	{ ETH("0004") "424203", "802.3 length 4 beyond the frame (3 bytes left)" },
	{ ETH("8100") "00640004" "424203", "802.3 length 4 beyond the frame (3 bytes left)" },
	{ ETH("0806") "00010800060400", "ARP header truncated: 7 of 8 bytes" },
	{ ETH("0806") "0001080006040001" "020000000003" "0a090001" "020000000004" "0a0900",
	  "ARP packet truncated: 27 of 28 bytes" },
	{ ETH("8035") "0001080006040003", "RARP packet truncated: 8 of 28 bytes" },

	/* IPv4 */
	{ ETH("0800"), "IPv4 header truncated: 0 of 20 bytes" },
	{ ETH("0800") "45000028", "IPv4 header truncated: 4 of 20 bytes" },
	{ ETH("0800") "5500002800000000400600000000000000000000", "IPv4 header with version 5" },
	{ ETH("0800") "4400002800000000400600000000000000000000", "IPv4 header length 16 below 20" },
	{ ETH("0800") IPV4("05dc", "0000", "2f") "00000000",
	  "IPv4 total length 1500 beyond the frame (24 bytes left)" },
	{ ETH("0800") IPV4("0013", "0000", "2f") "00000000", "IPv4 total length 19 below 20" },
	{ ETH("0800") "460000170000000040060000" "c0000201" "c6336402" "01010101",
	  "IPv4 total length 23 below 24" },
	{ ETH("0800") "460000000000000040060000" "c0000201" "c6336402" "010101",
	  "IPv4 header length 24 beyond the frame (23 bytes left)" },

	/* IPv6 */
	{ ETH("86dd") "60000000", "IPv6 header truncated: 4 of 40 bytes" },
	{ ETH("86dd") "40000000" "0000" "3b40" ADR6 ADR6, "IPv6 header with version 4" },
	{ ETH("86dd") IPV6("0009", "3b") "0000000000000000",
	  "IPv6 payload length 9 beyond the frame (8 bytes left)" },
	{ ETH("86dd") IPV6("0001", "3c") "06", "IPv6-Opts header truncated: 1 of 8 bytes" },
	{ ETH("86dd") IPV6("0000", "00"), "HOPOPT header truncated: 0 of 8 bytes" },
	{ ETH("86dd") IPV6("0004", "2c") "06000001", "IPv6-Frag header truncated: 4 of 8 bytes" },
	{ ETH("86dd") IPV6("0010", "3c") "2b00010400000000" "06ff010400000000",
	  "IPv6-Route header length 2048 beyond the packet (8 bytes left)" },
	{ ETH("86dd") IPV6("0008", "33") "0601010400000000",
	  "AH header length 12 beyond the packet (8 bytes left)" },

	/* Layer 4 */
	{ ETH("0800") IPV4("0017", "0000", "06") "9c4001", "TCP header truncated: 3 of 20 bytes" },
	{ ETH("0800") IPV4("0021", "0000", "06") PORTS "000000000000000050",
	  "TCP header truncated: 13 of 20 bytes" },
	{ ETH("0800") IPV4("0028", "0000", "06") TCP("40"), "TCP header length 16 below 20" },
	{ ETH("86dd") IPV6("0014", "06") TCP("60"),
	  "TCP header length 24 beyond the packet (20 bytes left)" },
	{ ETH("0800") IPV4("0017", "0000", "11") "9c4001", "UDP header truncated: 3 of 8 bytes" },
	{ ETH("0800") IPV4("001b", "0000", "11") PORTS "000800", "UDP header truncated: 7 of 8 bytes" },
	{ ETH("0800") IPV4("001c", "0000", "11") PORTS "00070000", "UDP length 7 below 8" },
	{ ETH("0800") IPV4("001c", "0000", "11") PORTS "00000000", "UDP length 0 below 8" },
	{ ETH("0800") IPV4("001c", "0000", "11") PORTS "00090000",
	  "UDP length 9 beyond the packet (8 bytes left)" },
	{ ETH("0800") IPV4("001c", "0000", "88") PORTS "00070000", "UDP-Lite coverage 7 below 8" },
	{ ETH("0800") IPV4("001c", "0000", "88") PORTS "00090000",
	  "UDP-Lite coverage 9 beyond the packet (8 bytes left)" },
	{ ETH("0800") IPV4("001f", "0000", "84") PORTS "00000000000000",
	  "SCTP header truncated: 11 of 12 bytes" },
	{ ETH("0800") IPV4("0016", "0000", "21") "9c40", "DCCP header truncated: 2 of 12 bytes" },
	{ ETH("0800") IPV4("0015", "0000", "01") "08", "ICMP header truncated: 1 of 8 bytes" },
	{ ETH("0800") IPV4("001b", "0000", "01") "08000000000000",
	  "ICMP header truncated: 7 of 8 bytes" },
	{ ETH("86dd") IPV6("0003", "3a") "800000", "ICMPv6 header truncated: 3 of 4 bytes" },

	/* The first of several reasons; and none. */
	{ ETH("0800") IPV4("05dc", "0000", "11") PORTS "00070000",
	  "IPv4 total length 1500 beyond the frame (28 bytes left)" },
	{ ETH("0800") IPV4("001c", "2000", "11") PORTS "00090000", "" },
	{ ETH("0800") IPV4("001c", "0001", "11") PORTS "00070000", "" },
	{ ETH("0800") IPV4("0000", "0000", "11") PORTS "00000000", "" },
	{ ETH("0800") IPV4("001c", "0000", "88") PORTS "00000000", "" },
	{ ETH("86dd") IPV6("0010", "2c") "110005a812345678" PORTS "00070000", "" },
	{ ETH("86dd") IPV6("0010", "2c") "1100000112345678" PORTS "00090000", "" },
	{ ETH("86dd") IPV6("0001", "01") "08", "" },
};

/* clang-format on */

static void each_place(void **state)
{
	uint8_t data[256];
	uint32_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = (uint32_t)strlen(cases[i].hex) / 2;
		for (uint32_t j = 0; j < len; j++)
			assert_int_equal(sscanf(cases[i].hex + 2 * j, "%2hhx", &data[j]), 1);
		check_all(data, len);
		assert_string_equal(reason(len), cases[i].want);
		for (uint32_t cut = 0; cut < len; cut++)
			check_all(data, cut);
	}
}

/* Whatever the bytes say. */
static void only_of_malformed_events(void **state)
{
	(void)state;
	parse((const uint8_t *)"short", 5);
	record.event.flags = 0;
	assert_string_equal(reason(5), "");
}

static void captured_frames(void **state)
{
	const struct captured_frame *frames;
	size_t n = captures_load(&frames), malformed = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		if (frames[i].len > FRAME_MAX)
			continue;
		malformed += check_all(frames[i].data, frames[i].len);
		for (uint32_t cut = 0; cut < frames[i].len && cut < 200; cut++)
			check(frames[i].data, cut);
	}
	print_message("# %zu frames, %zu of them malformed\n", n, malformed);
	assert_in_range(malformed, 1, n);
}

static void random_frames(void **state)
{
	struct rng rng = rng_seeded(1);
	static struct frame f, other;
	char whole[MALFORMED_REASON_MAX + 1];
	uint32_t malformed = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		random_build(&rng, &f);
		if (rng_below(&rng, 8)) {
			random_build(&rng, &other);
			mutate(&rng, &f, &other);
		}
		malformed += check(f.data, f.len);
		strcpy(whole, reason(f.len));
		check_captured(rng_below(&rng, f.len < 128 ? f.len + 1 : 128), whole);
	}
	print_message("# %d frames, %u of them malformed\n", ROUNDS, malformed);
	assert_in_range(malformed, ROUNDS / 4, ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place),
		cmocka_unit_test(only_of_malformed_events),
		cmocka_unit_test(captured_frames),
		cmocka_unit_test(random_frames),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
