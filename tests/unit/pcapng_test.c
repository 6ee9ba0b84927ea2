// SPDX-License-Identifier: BSD-2-Clause
/* pcapng.c: blocks byte by byte, padding, texts, and that none is larger than its room. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "reader/host.h"
#include "reader/pcapng.h"

#define PACKED __attribute__((packed))

/* 2023-11-14 22:13:20.123456789 UTC */
#define TIME_NS   INT64_C(1700000000123456789)
#define TIME_HIGH ((uint32_t)(TIME_NS >> 32))
#define TIME_LOW  ((uint32_t)TIME_NS)

/* Type and both lengths agree; `p` is where the block ends. */
static void check_block(const char *block, const char *p, uint32_t type, size_t room)
{
	uint32_t head[2], tail;

	assert_in_range(p - block, 12, room);
	assert_int_equal((p - block) % 4, 0);
	memcpy(head, block, sizeof(head));
	memcpy(&tail, p - sizeof(tail), sizeof(tail));
	assert_int_equal(head[0], type);
	assert_int_equal(head[1], p - block);
	assert_int_equal(tail, p - block);
}

/* Exactly `room`, so that ASan sees a byte more, and dirty; for the caller to free. */
static char *dirty(size_t room)
{
	char *block = malloc(room);

	assert_non_null(block);
	memset(block, 0xa5, room);
	return block;
}

static char *make_section(const struct pcapng_section *section, char **end)
{
	size_t room = pcapng_section_room(section);
	char *block = dirty(room);

	*end = pcapng_put_section(block, section);
	check_block(block, *end, 0x0a0d0d0a, room);
	return block;
}

static char *make_interface(const struct pcapng_interface *interface, char **end)
{
	size_t room = pcapng_interface_room(interface);
	char *block = dirty(room);

	*end = pcapng_put_interface(block, interface);
	check_block(block, *end, 1, room);
	return block;
}

static char *make_packet(const struct pcapng_packet *packet, char **end)
{
	size_t room = pcapng_packet_room(packet);
	char *block = dirty(room);

	*end = pcapng_put_packet(block, packet);
	check_block(block, *end, 6, room);
	return block;
}

/* Ends and frees the block. */
static void assert_block(char *block, const char *end, const void *want, size_t bytes)
{
	assert_int_equal(end - block, bytes);
	assert_memory_equal(block, want, bytes);
	free(block);
}

static void section(void **state)
{
	const struct PACKED {
		uint32_t type, bytes, magic;
		uint16_t major, minor;
		int64_t section_length;
		uint16_t hardware, hardware_bytes;
		char hardware_text[8];
		uint16_t os, os_bytes;
		char os_text[12];
		uint16_t application, application_bytes;
		char application_text[4];
		uint16_t end, end_bytes;
		uint32_t tail;
		/* clang-format off */
	} want = {
		0x0a0d0d0a, 68, 0x1a2b3c4d, 1, 0, -1,
		2, 8, { 'A', 'M', 'D', ' ', 'E', 'P', 'Y', 'C' },
		3, 9, "Linux 6.1",
		4, 3, "a 1",
		0, 0, 68,
	};
	/* clang-format on */
	char *end, *block = make_section(&(struct pcapng_section){ "AMD EPYC", "Linux 6.1", "a 1" },
					 &end);

	(void)state;
	assert_block(block, end, &want, sizeof(want));
}

static void section_of_nothing(void **state)
{
	const struct PACKED {
		uint32_t type, bytes, magic;
		uint16_t major, minor;
		int64_t section_length;
		uint16_t end, end_bytes;
		uint32_t tail;
	} want = { 0x0a0d0d0a, 32, 0x1a2b3c4d, 1, 0, -1, 0, 0, 32 };
	char *end, *block = make_section(&(struct pcapng_section){ .os = "" }, &end);

	(void)state;
	assert_block(block, end, &want, sizeof(want));
}

static void interface(void **state)
{
	const struct PACKED {
		uint32_t type, bytes;
		uint16_t linktype, reserved;
		uint32_t snaplen;
		uint16_t name, name_bytes;
		char name_text[4];
		uint16_t description, description_bytes;
		char description_text[8];
		uint16_t speed, speed_bytes;
		uint64_t speed_value;
		uint16_t tsresol, tsresol_bytes;
		uint8_t tsresol_value[4];
		uint16_t os, os_bytes;
		char os_text[8];
		uint16_t end, end_bytes;
		uint32_t tail;
		/* clang-format off */
	} want = {
		1, 76, 1, 0, 96,
		2, 4, { 'e', 't', 'h', '0' },
		3, 6, "uplink",
		8, 8, 10000000000,
		9, 1, { 9 },
		12, 5, "Linux",
		0, 0, 76,
	};
	/* clang-format on */
	char *end, *block = make_interface(&(struct pcapng_interface){ .name = "eth0",
								       .description = "uplink",
								       .os = "Linux",
								       .speed = 10000000000,
								       .snaplen = 96 },
					   &end);

	(void)state;
	assert_block(block, end, &want, sizeof(want));
}

static void interface_of_a_name(void **state)
{
	const struct PACKED {
		uint32_t type, bytes;
		uint16_t linktype, reserved;
		uint32_t snaplen;
		uint16_t name, name_bytes;
		char name_text[4];
		uint16_t tsresol, tsresol_bytes;
		uint8_t tsresol_value[4];
		uint16_t end, end_bytes;
		uint32_t tail;
	} want = { 1, 40, 1, 0, 0, 2, 2, "lo", 9, 1, { 9 }, 0, 0, 40 };
	char *end, *block = make_interface(&(struct pcapng_interface){ .name = "lo" }, &end);

	(void)state;
	assert_block(block, end, &want, sizeof(want));
}

/* Section 4.2: a byte 0 precedes the expression of libpcap. */
static void interface_with_a_filter(void **state)
{
	const struct PACKED {
		uint32_t type, bytes;
		uint16_t linktype, reserved;
		uint32_t snaplen;
		uint16_t name, name_bytes;
		char name_text[4];
		uint16_t tsresol, tsresol_bytes;
		uint8_t tsresol_value[4];
		uint16_t filter, filter_bytes;
		char filter_text[12];
		uint16_t end, end_bytes;
		uint32_t tail;
	} want = { 1, 56, 1, 0, 0, 2, 2, "lo", 9, 1, { 9 }, 11, 12, "\0tcp port 80", 0, 0, 56 };
	struct pcapng_interface one = { .name = "lo", .filter = "tcp port 80" };
	char *end, *block = make_interface(&one, &end);

	(void)state;
	assert_block(block, end, &want, sizeof(want));
	one.filter = "";
	block = make_interface(&one, &end);
	assert_int_equal(end - block, 40);
	free(block);
}

static void filter_too_long(void **state)
{
	struct pcapng_interface one = { .name = "lo" };
	char *text = malloc(70000), *end, *block;
	uint16_t option[2];

	(void)state;
	assert_non_null(text);
	memset(text, '(', 69999);
	for (size_t bytes = 65530; bytes < 65540; bytes++) {
		text[bytes] = '\0';
		one.filter = text;
		block = make_interface(&one, &end);
		memcpy(option, block + 32, sizeof(option));
		assert_int_equal(option[0], 11);
		assert_int_equal(option[1], bytes < 65534 ? bytes + 1 : 65535);
		free(block);
		text[bytes] = '(';
	}
	free(text);
}

static void packet(void **state)
{
	const struct PACKED {
		uint32_t type, bytes, interface, high, low, caplen, len;
		char data[8];
		uint32_t tail;
	} want = { 6, 40, 3, TIME_HIGH, TIME_LOW, 5, 1514, "abcde", 40 };
	char *end, *block = make_packet(&(struct pcapng_packet){ .bytes = "abcdefgh",
								 .wall_ns = TIME_NS,
								 .interface = 3,
								 .caplen = 5,
								 .len = 1514 },
					&end);

	(void)state;
	assert_block(block, end, &want, sizeof(want));
}

static void packet_with_comment(void **state)
{
	const struct PACKED {
		uint32_t type, bytes, interface, high, low, caplen, len;
		char data[4];
		uint16_t comment, comment_bytes;
		char comment_text[8];
		uint16_t end, end_bytes;
		uint32_t tail;
	} want = { 6, 52, 0, TIME_HIGH, TIME_LOW, 3, 3, "abc", 1, 5, "known", 0, 0, 52 };
	char *end, *block = make_packet(&(struct pcapng_packet){ .bytes = "abc",
								 .comment = "known",
								 .wall_ns = TIME_NS,
								 .caplen = 3,
								 .len = 3 },
					&end);

	(void)state;
	assert_block(block, end, &want, sizeof(want));
}

/* Of a tap at exit: the verdict for programs, and a comment for people, after any other. */
static void packet_with_fate(void **state)
{
	const struct PACKED {
		uint32_t type, bytes, interface, high, low, caplen, len;
		char data[4];
		uint16_t comment, comment_bytes;
		char comment_text[12];
		uint16_t verdict, verdict_bytes;
		uint8_t verdict_type;
		uint64_t verdict_value;
		uint8_t padding[3];
		uint16_t end, end_bytes;
		uint32_t tail;
		/* clang-format off */
	} want = {
		6, 72, 0, TIME_HIGH, TIME_LOW, 3, 3, "abc",
		1, 10, "DROP by fw",
		7, 9, 2, 1, { 0, 0, 0 },
		0, 0, 72,
	};
	/* clang-format on */
	struct pcapng_packet p = { .bytes = "abc",
				   .fate = "DROP by fw",
				   .verdict = 1,
				   .wall_ns = TIME_NS,
				   .caplen = 3,
				   .len = 3 };
	char *end, *block = make_packet(&p, &end), *comment;

	(void)state;
	assert_block(block, end, &want, sizeof(want));
	p.comment = "made up";
	block = make_packet(&p, &end);
	comment = block + 32;
	assert_memory_equal(comment, "\1\0\7\0made up\0\1\0\12\0DROP by fw", 26);
	free(block);
	assert_in_range(PCAPNG_PACKET_ROOM(3) + PCAPNG_FATE_ROOM(strlen(p.fate)), sizeof(want),
			200);
}

static void packet_of_each_length(void **state)
{
	uint8_t bytes[70];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(0x80 + i);
	for (uint32_t caplen = 0; caplen <= sizeof(bytes); caplen++) {
		struct pcapng_packet p = { .bytes = bytes, .caplen = caplen, .len = 2 * caplen };
		size_t padded = (caplen + 3) / 4 * 4;
		char *end, *block = make_packet(&p, &end);

		assert_int_equal(end - block, 32 + padded);
		assert_int_equal(end - block, PCAPNG_PACKET_ROOM(caplen));
		assert_memory_equal(block + 28, bytes, caplen);
		for (size_t i = caplen; i < padded; i++)
			assert_int_equal(block[28 + i], 0);
		free(block);
	}
}

static void time_before_the_epoch(void **state)
{
	struct pcapng_packet p = { .bytes = "", .wall_ns = -1 };
	char *end, *block = make_packet(&p, &end);

	(void)state;
	assert_memory_equal(block + 12, &(uint64_t){ 0 }, 8);
	free(block);
}

static void statistics(void **state)
{
	const struct PACKED {
		uint32_t type, bytes, interface, high, low;
		uint16_t start, start_bytes;
		uint32_t start_high, start_low;
		uint16_t stop, stop_bytes;
		uint32_t stop_high, stop_low;
		uint16_t ifrecv, ifrecv_bytes;
		uint64_t ifrecv_value;
		uint16_t ifdrop, ifdrop_bytes;
		uint64_t ifdrop_value;
		uint16_t usrdeliv, usrdeliv_bytes;
		uint64_t usrdeliv_value;
		uint16_t end, end_bytes;
		uint32_t tail;
		/* clang-format off */
	} want = {
		5, 88, 1, TIME_HIGH, TIME_LOW,
		2, 8, (uint32_t)((TIME_NS - 5000000000) >> 32), (uint32_t)(TIME_NS - 5000000000),
		3, 8, TIME_HIGH, TIME_LOW,
		4, 8, 1000,
		5, 8, UINT64_C(1) << 40,
		8, 8, 990,
		0, 0, 88,
	};
	/* clang-format on */
	char *block = dirty(PCAPNG_STATISTICS_ROOM),
	     *end = pcapng_put_statistics(
		     block, &(struct pcapng_statistics){ .interface = 1,
							 .start_ns = TIME_NS - 5000000000,
							 .end_ns = TIME_NS,
							 .received = 1000,
							 .dropped = UINT64_C(1) << 40,
							 .delivered = 990 });

	(void)state;
	check_block(block, end, 5, PCAPNG_STATISTICS_ROOM);
	assert_block(block, end, &want, sizeof(want));
}

/* The comment of a packet of no bytes that was made of `text`; for the caller to free. */
static char *comment_of(const char *text)
{
	struct pcapng_packet p = { .bytes = "", .comment = text };
	char *end, *block = make_packet(&p, &end), *got;
	uint16_t option[2];

	memcpy(option, block + 28, sizeof(option));
	assert_int_equal(option[0], 1);
	assert_int_equal(end - block, 28 + 4 + (option[1] + 3) / 4 * 4 + 4 + 4);
	for (size_t i = option[1]; i % 4; i++)
		assert_int_equal(block[32 + i], 0);
	got = strndup(block + 32, option[1]);
	assert_non_null(got);
	assert_int_equal(strlen(got), option[1]);
	/* Another opinion on what is UTF-8. */
	assert_true(mbstowcs(NULL, got, 0) != (size_t)-1);
	free(block);
	return got;
}

static void assert_text(const char *text, const char *want)
{
	char *got = comment_of(text);

	assert_string_equal(got, want);
	free(got);
}

static void text_not_utf8(void **state)
{
#define NO "\xef\xbf\xbd"
	(void)state;
	assert_text("k\xc3\xb6ln0", "k\xc3\xb6ln0");
	assert_text("\xe2\x82\xac\xf0\x9f\x92\xa9", "\xe2\x82\xac\xf0\x9f\x92\xa9");
	assert_text("wl\xff", "wl" NO);
	assert_text("\x80"
		    "a",
		    NO "a");
	assert_text("12345678\xc3", "12345678" NO);
	assert_text("\xc0\xaf", NO NO);               /* "/", in two bytes */
	assert_text("\xe0\x9f\xbf", NO NO NO);        /* U+07FF, in three */
	assert_text("\xf0\x8f\xbf\xbf", NO NO NO NO); /* U+FFFF, in four */
	assert_text("\xed\xa0\x80", NO NO NO);        /* U+D800, a surrogate */
	assert_text("\xed\x9f\xbf", "\xed\x9f\xbf");
	assert_text("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf");
	assert_text("\xf4\x90\x80\x80", NO NO NO NO); /* U+110000 */
	assert_text("\xf5", NO);
	assert_text("\xe2\x82", NO NO);
	assert_text("\xe2\x82x", NO NO "x");
#undef NO
}

/* Cut, but never within a character. */
static void text_too_long(void **state)
{
	static const char *const characters[] = { "a", "\xc3\xb6", "\xe2\x82\xac",
						  "\xf0\x9f\x92\xa9", "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		for (size_t before = 0; before < 12; before++) {
			size_t bytes = strlen(characters[i]), n = 70000;
			char *text = malloc(before + n * bytes + 1), *p = text, *got;

			assert_non_null(text);
			memset(p, 'x', before);
			p += before;
			for (size_t c = 0; c < n; c++, p += bytes)
				memcpy(p, characters[i], bytes);
			*p = '\0';
			got = comment_of(text);
			if (*characters[i] == '\xff')
				bytes = 3;
			assert_int_equal(strlen(got), 65535 - (65535 - before) % bytes);
			free(got);
			free(text);
		}
	}
}

/* xorshift64: the same numbers in each run. */
static uint64_t random_state = 88172645463325252u;

static uint32_t below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state % limit);
}

static void text_random(void **state)
{
	static const uint8_t heads[] = {
		0x7f, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff
	};

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[32], *p = text, *end;
		struct pcapng_interface in = { .name = text, .description = text, .os = text };
		struct pcapng_section se = { text, text, text };

		for (uint32_t n = 1 + below(sizeof(text) - 1); n; n--)
			*p++ = (char)(below(2)   ? 0x80 + below(0x40)
				      : below(2) ? 1 + below(255)
						 : heads[below(sizeof(heads))]);
		*p = '\0';
		free(comment_of(text));
		free(make_interface(&in, &end));
		free(make_section(&se, &end));
	}
}

static void host(void **state)
{
	struct host h;

	(void)state;
	memset(&h, 0xa5, sizeof(h));
	host_describe(&h);
	assert_true(*h.hardware);
	assert_memory_equal(h.os, "Linux ", 6);
	assert_string_equal(h.application, "xdptap-reader " XDPTAP_VERSION);
	assert_int_equal(host_link_speed("no such link"), 0);
	assert_int_equal(host_link_speed("much longer than any interface name"), 0);
	assert_int_equal(host_link_speed("lo"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(section),
		cmocka_unit_test(section_of_nothing),
		cmocka_unit_test(interface),
		cmocka_unit_test(interface_of_a_name),
		cmocka_unit_test(interface_with_a_filter),
		cmocka_unit_test(filter_too_long),
		cmocka_unit_test(packet),
		cmocka_unit_test(packet_with_comment),
		cmocka_unit_test(packet_with_fate),
		cmocka_unit_test(packet_of_each_length),
		cmocka_unit_test(time_before_the_epoch),
		cmocka_unit_test(statistics),
		cmocka_unit_test(text_not_utf8),
		cmocka_unit_test(text_too_long),
		cmocka_unit_test(text_random),
		cmocka_unit_test(host),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		print_message("Bail out! there is no locale C.UTF-8\n");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
