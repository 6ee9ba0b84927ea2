// SPDX-License-Identifier: BSD-2-Clause
/*
 * The forms of time and of dumps that are tcpdump's, compared with what tcpdump
 * itself prints of the same packets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "reader/packet_text.h"

#define SECOND UINT64_C(1000000000)

/* Larger than what four digits of an offset reach. */
#define LARGEST 65700

/* An event and the bytes after it, as in a ring buffer. */
static struct {
	struct packet_event event;
	uint8_t bytes[LARGEST];
} record;

static char capture[] = "/tmp/xdptap-tcpdump-XXXXXX";
static struct time_base local_clock;

static int set_up(void **state)
{
	(void)state;
	/* A zone of its own, and one that changes; both programs take it from here. */
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	time_init(&local_clock);
	local_clock.tai_offset_ns = 0;
	return close(mkstemp(capture));
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(capture);
}

/* UDP over IPv4, followed by bytes of all values. */
static void make_frame(void)
{
	static const uint8_t headers[] = {
		2, 0,  0,  0, 0, 2,  2, 0, 0, 0,  0, 1, 8, 0, 0x45, 0, 0, 28, 0, 1, 0,
		0, 64, 17, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2, 0, 9,    0, 9, 0,  8, 0, 0,
	};

	memcpy(record.bytes, headers, sizeof(headers));
	for (size_t i = sizeof(headers); i < LARGEST; i++)
		record.bytes[i] = (uint8_t)(i * 7 + i / 256);
}

/* pcap, with nanoseconds. */
static FILE *create_capture(void)
{
	const uint32_t header[6] = { 0xa1b23c4d, 2 | 4 << 16, 0, 0, 262144, 1 };
	FILE *out = fopen(capture, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(header, sizeof(header), 1, out), 1);
	return out;
}

static void write_frame(FILE *out, uint64_t ts_ns, uint32_t len)
{
	const uint32_t header[4] = { (uint32_t)(ts_ns / SECOND), (uint32_t)(ts_ns % SECOND), len,
				     len };

	assert_int_equal(fwrite(header, sizeof(header), 1, out), 1);
	assert_int_equal(fwrite(record.bytes, len, 1, out), 1);
}

/* What tcpdump prints of the capture, line by line. */
static FILE *tcpdump(const char *options)
{
	char command[128];
	FILE *in;

	snprintf(command, sizeof(command), "tcpdump -n %s -r - <%s 2>/dev/null", options, capture);
	in = popen(command, "r");
	assert_non_null(in);
	return in;
}

/* In the order in which they were captured; back and forth, and past midnight. */
static const uint64_t moments[] = {
	1790000000 * SECOND + 123456789,
	1790000000 * SECOND + 123457000,
	1790000000 * SECOND + 123456999,
	1789999999 * SECOND + 999999999,
	1790000003 * SECOND,
	1790064000 * SECOND + 999,
	1790020000 * SECOND + 500000001,
	1790000000 * SECOND + 123456789,
};

static void times(void **state)
{
	static const char *const options[] = { "", "-t", "-tt", "-ttt", "-tttt", "-ttttt" };
	char want[256], got[PACKET_TEXT_LINE_MAX + 1], *end;
	FILE *out = create_capture(), *in;

	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		write_frame(out, moments[i], 60);
	assert_int_equal(fclose(out), 0);

	for (int how = 0; how < 6; how++) {
		struct packet_text t = { .clock = &local_clock, .time = (enum text_time)how };

		in = tcpdump(options[how]);
		for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
			record.event = (struct packet_event){ .ts_ns = moments[i], .len = 60 };
			end = packet_text_put(&t, got, NULL, NULL,
					      &(struct packet){ &record.event, 0, 0 });
			*end = '\0';
			assert_non_null(fgets(want, sizeof(want), in));
			end = strstr(want, "IP ");
			assert_non_null(end);
			*end = '\0';
			if (how == TEXT_TIME_NONE) {
				assert_string_equal(want, "");
				assert_int_not_equal(got[0], '[');
				continue;
			}
			end[-1] = '\0';
			end = strchr(got, ']');
			assert_non_null(end);
			*end = '\0';
			assert_int_equal(got[0], '[');
			assert_string_equal(got + 1, want);
		}
		assert_null(fgets(want, sizeof(want), in));
		assert_int_equal(pclose(in), 0);
	}
}

/* Every length of a last line, at the end of several, and an offset of five digits. */
static uint32_t next_length(uint32_t len)
{
	return len == LARGEST ? 0 : len < 100 ? len + 1 : len < 1514 ? 1514 : LARGEST;
}

static void dumps_are(enum text_dump dump, const char *option)
{
	struct packet_text t = { .clock = &local_clock, .time = TEXT_TIME_NONE, .dump = dump };
	char want[256], *text = malloc(packet_text_room(&t, LARGEST) + 1), *p;
	FILE *out = create_capture(), *in;

	assert_non_null(text);
	for (uint32_t len = 14; len; len = next_length(len))
		write_frame(out, 0, len);
	assert_int_equal(fclose(out), 0);

	in = tcpdump(option);
	assert_non_null(fgets(want, sizeof(want), in));
	for (uint32_t len = 14; len; len = next_length(len)) {
		record.event.len = len;
		*packet_text_put(&t, text, NULL, NULL, &(struct packet){ &record.event, len, 0 }) =
			'\0';
		/* Its own line, and in tcpdump's that of the next packet at the end. */
		p = strchr(text, '\n') + 1;
		while (fgets(want, sizeof(want), in) && want[0] == '\t') {
			assert_memory_equal(p, want, strlen(want));
			p += strlen(want);
		}
		assert_int_equal(*p, '\0');
	}
	assert_int_equal(feof(in), 1);
	assert_int_equal(pclose(in), 0);
	free(text);
}

static void hexadecimal(void **state)
{
	(void)state;
	dumps_are(TEXT_DUMP_HEX, "-t -xx");
}

static void hexadecimal_and_ascii(void **state)
{
	(void)state;
	dumps_are(TEXT_DUMP_ASCII, "-t -XX");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),
		cmocka_unit_test(hexadecimal),
		cmocka_unit_test(hexadecimal_and_ascii),
	};

	if (system("command -v tcpdump >/dev/null")) {
		puts("1..0 # SKIP tcpdump is not installed");
		return 0;
	}
	make_frame();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
