// SPDX-License-Identifier: BSD-2-Clause
/* What 802.3 frames carry: reader/llc.c, and the words of the lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "reader/llc.h"
#include "reader/packet_json.h"
#include "reader/packet_text.h"

struct record {
	struct packet_event event;
	uint8_t bytes[128];
};

/* A frame with this much behind its length, which is `length`. */
static struct record record_of(const char *hex, uint16_t length)
{
	struct record r = { .event = { .eth_type = length, .len = 60 } };

	for (size_t i = 0; i < strlen(hex) / 2; i++)
		assert_int_equal(sscanf(hex + 2 * i, "%2hhx", &r.bytes[14 + i]), 1);
	return r;
}

/* The name, or what the line has instead. */
static void assert_carries(const char *hex, const char *expected)
{
	struct record r = record_of(hex, (uint16_t)(strlen(hex) / 2));
	struct packet_text t = { .time = TEXT_TIME_NONE };
	char line[PACKET_TEXT_LINE_MAX + 1], want[128];
	struct packet p = { &r.event, (uint32_t)(14 + strlen(hex) / 2), 0 };

	*packet_text_put(&t, line, NULL, NULL, &p) = '\0';
	snprintf(want, sizeof(want), "%.*s 00:00:00:00:00:00 -> 00:00:00:00:00:00 (60 bytes)%s\n",
		 (int)strcspn(expected, " "), expected, expected + strcspn(expected, " "));
	assert_string_equal(line, want);
}

static void names(void **state)
{
	(void)state;
	assert_carries("424203"
		       "0000",
		       "STP");
	assert_carries("fefe03"
		       "83",
		       "IS-IS");
	assert_carries("fefe03"
		       "82",
		       "ES-IS");
	assert_carries("fefe03"
		       "81",
		       "CLNP");
	assert_carries("fefe03", "OSI");
	assert_carries("e0e003", "IPX");
	assert_carries("ffff00", "IPX");
	assert_carries("f0f17f", "NetBIOS"); /* a response */
	assert_carries("aaaa03"
		       "00000c"
		       "2000",
		       "CDP");
	assert_carries("aaaa03"
		       "00000c"
		       "010b",
		       "PVST+");
	assert_carries("aaaa03"
		       "00e02b"
		       "00bb",
		       "EDP");
	assert_carries("aaaa03"
		       "000000"
		       "0806",
		       "ARP");
}

static void numbers_of_what_has_no_name(void **state)
{
	(void)state;
	assert_carries("1213f3", "LLC dsap 0x12 ssap 0x13");
	assert_carries("424003", "LLC dsap 0x42 ssap 0x40");
	assert_carries("aaaa03"
		       "00000c"
		       "1234",
		       "SNAP oui 0xc type 0x1234");
	assert_carries("aaaa03"
		       "000000"
		       "0100",
		       "SNAP oui 0x0 type 0x0100");
}

static void what_was_not_captured_or_is_not_there(void **state)
{
	struct record r = record_of("424203", 3);
	struct llc llc;

	(void)state;
	assert_false(llc_parse(&(struct packet){ &r.event, 16, 0 }, &llc));
	assert_true(llc_parse(&(struct packet){ &r.event, 17, 0 }, &llc));
	r.event.eth_type = 2; /* what follows is padding */
	assert_false(llc_parse(&(struct packet){ &r.event, 17, 0 }, &llc));
	r.event.eth_type = 0x0600;
	assert_false(llc_parse(&(struct packet){ &r.event, 17, 0 }, &llc));
	r = record_of("aaaa03"
		      "00000c"
		      "2000",
		      8);
	assert_true(llc_parse(&(struct packet){ &r.event, 21, 0 }, &llc));
	assert_false(llc.snap);
	assert_int_equal(llc.dsap, 0xaa);
	/* After a tag. */
	r = record_of("0026424203", 38);
	r.event.vlan = 1 << 12 | 5;
	r.event.flags = XDPTAP_EV_VLAN;
	memmove(&r.bytes[18], &r.bytes[16], 3);
	assert_true(llc_parse(&(struct packet){ &r.event, 21, 0 }, &llc));
	assert_string_equal(llc.name, "STP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(numbers_of_what_has_no_name),
		cmocka_unit_test(what_was_not_captured_or_is_not_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
