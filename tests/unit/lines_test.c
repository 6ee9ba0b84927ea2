// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/lines.c and lines_json.c: the output for made-up samples, to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "reader/stats/lines.h"
#include "reader/stats/lines_json.h"

#define NS_PER_SEC UINT64_C(1000000000)
#define REALTIME   (UINT64_C(1700000000) * NS_PER_SEC)

/* Adds a sample at `tick` half seconds with so many packets. */
static void add_sample(struct taps *t, size_t tap, uint64_t tick, uint64_t packets,
		       uint64_t attached_ns)
{
	struct sample s = { .n_cpus = 2, .ring_bytes = 1000, .ring_used = 420 };

	s.taken_ns = (1000 * NS_PER_SEC) + tick * NS_PER_SEC / 2;
	s.meta.attached_ns = attached_ns;
	s.meta.ifindex = 42;
	s.runtime_ns = NS_PER_SEC * 25 / 2;
	s.cpus = calloc(2, sizeof(*s.cpus));
	assert_non_null(s.cpus);
	s.cpus[1] = (struct packet_stats){
		.packets = packets,
		.bytes = packets * 100,
		.tcp = packets / 2,
		.udp = packets - packets / 2,
		.ipv4 = packets,
		.events = packets - packets / 10,
		.dropped = packets / 10,
	};
	s.total = s.cpus[1];
	s.ring_known = s.reader_known = tap == 0;
	s.reader = tap == 0;
	s.reader_pid = tap == 0 ? 4711 : 0;
	history_add(t->list[tap], &s);
	t->realtime_ns = REALTIME + tick * NS_PER_SEC / 2;
	t->sampled_ns = s.taken_ns;
	t->elapsed = tick ? 0.5 : 0;
}

static int setup(void **state)
{
	struct taps *t = calloc(1, sizeof(*t));

	setenv("TZ", "UTC", 1);
	tzset();
	assert_non_null(t);
	t->interval_ns = NS_PER_SEC;
	t->list = calloc(2, sizeof(struct history *));
	assert_non_null(t->list);
	t->list[0] = history_create("eth0", t->interval_ns);
	t->list[1] = history_create("a\x1b\xff", t->interval_ns);
	t->n = 2;
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct taps *t = *state;

	taps_close(t);
	free(t);
	return 0;
}

static char *text_of(struct lines *l, const struct taps *t)
{
	static char buf[8192];
	FILE *out = fmemopen(buf, sizeof(buf), "w");

	assert_non_null(out);
	if (l)
		lines_print(l, t, out);
	else
		assert_int_equal(lines_json_print(t, false, out), 0);
	fclose(out);
	return buf;
}

#define HEADER "time     tap  pkt/s bit/s  TCP  UDP other IPv4 IPv6 drop/s dropped ring reader\n"

static void text(void **state)
{
	struct taps *t = *state;
	struct lines l = { 0 };

	add_sample(t, 0, 0, 1000, 7);
	add_sample(t, 1, 0, 1000, 7);
	assert_string_equal(
		text_of(&l, t), HEADER
		"22:13:20 eth0     -     -    -    -     -    -    -      -     100  42%    yes\n"
		"22:13:20 a??      -     -    -    -     -    -    -      -     100    ?      ?\n");
	add_sample(t, 0, 1, 2000, 7);
	add_sample(t, 1, 1, 500, 8);
	assert_string_equal(
		text_of(&l, t),
		"22:13:20 eth0 2.00k 1.60M  50%  50%    0% 100%   0%    200     200  42%    yes\n"
		"22:13:20 a??      -     -    -    -     -    -    -      -      50    ?      ? "
		"restarted\n");
	history_gone(t->list[0], 1, "");
	history_gone(t->list[1], 1, "can't open it");
	assert_string_equal(
		text_of(&l, t),
		"22:13:20 eth0     -     -    -    -     -    -    -      -       -    -      - "
		"detached\n"
		"22:13:20 a??      -     -    -    -     -    -    -      -       -    -      - "
		"unusable: can't open it\n");
}

/* A tap that no frame reaches any more still has its counters and rates. */
static void not_attached(void **state)
{
	struct taps *t = *state;
	struct lines l = { 0 };

	t->n = 1;
	add_sample(t, 0, 0, 1000, 7);
	add_sample(t, 0, 1, 1000, 7);
	t->list[0]->now.state = TAP_STATE_INTERFACE_GONE;
	assert_string_equal(
		text_of(&l, t), HEADER
		"22:13:20 eth0     0     0    -    -     -    -    -      0     100  42%    yes "
		"interface gone\n");
	assert_non_null(strstr(text_of(NULL, t), "\"state\":\"interface gone\","));
	t->list[0]->now.state = TAP_STATE_PROGRAM_GONE;
	assert_non_null(strstr(text_of(&l, t), " program gone\n"));
	t->n = 2;
}

/* Several samples per second can be told apart. */
static void tenths(void **state)
{
	struct taps *t = *state;
	struct lines l = { 0 };

	t->n = 1;
	t->interval_ns = NS_PER_SEC / 2;
	add_sample(t, 0, 0, 1000, 7);
	assert_string_equal(
		text_of(&l, t),
		"time       tap  pkt/s bit/s  TCP  UDP other IPv4 IPv6 drop/s dropped ring reader\n"
		"22:13:20.0 eth0     -     -    -    -     -    -    -      -     100  42%    yes\n");
	add_sample(t, 0, 1, 2000, 7);
	assert_memory_equal(text_of(&l, t), "22:13:20.5 eth0 2.00k ", 22);
	t->n = 2;
}

/* Each column stays one word, however wide it is. */
static void large(void **state)
{
	struct taps *t = *state;
	struct lines l = { 0 };

	add_sample(t, 0, 0, 123456780, 7);
	add_sample(t, 1, 0, 99999990, 7);
	assert_string_equal(
		text_of(&l, t), HEADER
		"22:13:20 eth0     -     -    -    -     -    -    -      - 12345678  42%    yes\n"
		"22:13:20 a??      -     -    -    -     -    -    -      - 9999999    ?      ?\n");
	add_sample(t, 0, 1, 123456780000000, 7);
	add_sample(t, 1, 1, UINT64_MAX / 1000, 8);
	assert_string_equal(
		text_of(&l, t),
		"22:13:20 eth0  247T  198P  50%  50%    0% 100%   0%  24.7T 12345678000000  42%    yes\n"
		"22:13:20 a??      -     -    -    -     -    -    -      - 1844674407370955    ?      ? "
		"restarted\n");
}

/* A header comes every 20 lines, and when the list of taps changes. */
static void headers(void **state)
{
	struct taps *t = *state;
	struct lines l = { 0 };
	int n = 0;

	add_sample(t, 0, 0, 0, 7);
	add_sample(t, 1, 0, 0, 7);
	for (int i = 0; i < 30; i++) {
		const char *p = text_of(&l, t);

		for (; (p = strstr(p, "time")); p++)
			n++;
	}
	assert_int_equal(n, 3);
	t->changes++;
	assert_memory_equal(text_of(&l, t), HEADER, strlen(HEADER));
	assert_memory_equal(text_of(&l, t), "22:13:20", 8);
}

static void json(void **state)
{
	struct taps *t = *state;

	add_sample(t, 0, 0, 1000, 7);
	add_sample(t, 0, 1, 2000, 7);
	history_gone(t->list[1], 1, "");
	assert_string_equal(
		text_of(NULL, t),
		"{\"ts\":\"2023-11-14T22:13:20.500000000Z\",\"interval_seconds\":0.500000,\"taps\":["
		"{\"ifname\":\"eth0\",\"state\":\"attached\",\"restarted\":false,"
		"\"ifindex\":42,\"runtime_seconds\":12.500,\"sample\":0,\"paused\":false,"
		"\"packets\":2000,"
		"\"bytes\":200000,\"tcp\":1000,\"udp\":1000,\"other\":0,\"events\":1800,"
		"\"dropped\":200,\"ipv4\":2000,\"ipv6\":0,\"non_ip\":0,\"icmp\":0,\"vlan\":0,"
		"\"fragments\":0,\"malformed\":0,\"truncated\":0,\"filtered\":0,"
		"\"sampled_out\":0,\"paused_out\":0,"
		"\"last\":{\"seconds\":0.500000,\"packets_per_second\":2000.000,"
		"\"bits_per_second\":1600000.000,\"dropped_per_second\":200.000,"
		"\"bytes_per_second\":200000.000,\"tcp_per_second\":1000.000,"
		"\"udp_per_second\":1000.000,\"other_per_second\":0.000,"
		"\"events_per_second\":1800.000,\"ipv4_per_second\":2000.000,"
		"\"ipv6_per_second\":0.000,\"non_ip_per_second\":0.000,"
		"\"icmp_per_second\":0.000,\"vlan_per_second\":0.000,"
		"\"fragments_per_second\":0.000,\"malformed_per_second\":0.000,\"truncated_per_second\":0.000,"
		"\"filtered_per_second\":0.000,\"sampled_out_per_second\":0.000,"
		"\"paused_out_per_second\":0.000},"
		"\"last_10s\":{\"seconds\":0.500000,\"packets_per_second\":2000.000,"
		"\"bits_per_second\":1600000.000,\"dropped_per_second\":200.000},"
		"\"last_60s\":{\"seconds\":0.500000,\"packets_per_second\":2000.000,"
		"\"bits_per_second\":1600000.000,\"dropped_per_second\":200.000},"
		"\"ring_bytes\":1000,\"ring_used_bytes\":420,\"reader\":true,\"reader_pid\":4711,"
		"\"cpus\":[{\"cpu\":1,\"packets\":2000,\"bytes\":200000,\"dropped\":200,"
		"\"packets_per_second\":2000.000,\"bits_per_second\":1600000.000,"
		"\"dropped_per_second\":200.000}]},"
		"{\"ifname\":\"a\\u001b\xef\xbf\xbd\",\"state\":\"detached\"}]}\n");
}

/* A value that is not known is null, not 0. */
static void json_unknown(void **state)
{
	struct taps *t = *state;
	const char *text;

	add_sample(t, 0, 0, 1000, 7);
	add_sample(t, 1, 0, 1000, 7);
	text = text_of(NULL, t);
	assert_non_null(strstr(text, "\"interval_seconds\":null"));
	assert_non_null(strstr(text, "\"state\":\"attached\",\"restarted\":false,"));
	assert_non_null(strstr(text, "\"last\":null,\"last_10s\":null,\"last_60s\":null"));
	assert_non_null(
		strstr(text, "\"ring_used_bytes\":null,\"reader\":null,\"reader_pid\":null"));
	history_gone(t->list[0], 1, "can't");
	assert_non_null(strstr(text_of(NULL, t), "\"state\":\"unusable\",\"reason\":\"can't\"}"));
	t->n = 0;
	assert_non_null(strstr(text_of(NULL, t), "\"taps\":[]}"));
	t->n = 2;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text, setup, teardown),
		cmocka_unit_test_setup_teardown(not_attached, setup, teardown),
		cmocka_unit_test_setup_teardown(tenths, setup, teardown),
		cmocka_unit_test_setup_teardown(large, setup, teardown),
		cmocka_unit_test_setup_teardown(headers, setup, teardown),
		cmocka_unit_test_setup_teardown(json, setup, teardown),
		cmocka_unit_test_setup_teardown(json_unknown, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
