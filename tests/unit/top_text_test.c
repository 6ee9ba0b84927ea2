// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/top_text.c, top_json.c and ranking.c: the output of top, to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <json-c/json.h>
#include <linux/if_ether.h>

#include "reader/stats/top_json.h"
#include "reader/stats/top_text.h"

#define SECOND UINT64_C(1000000000)
/* 2026-01-02T03:04:05Z, and no leap seconds. */
#define NOW (UINT64_C(1767323045) * SECOND)

static const struct flow_key tcp4 = { .src = { 10, 9, 0, 1 },
				      .dst = { 10, 9, 0, 2 },
				      .sport = 40000,
				      .dport = 80,
				      .eth_type = ETH_P_IP,
				      .proto = 6 };
static const struct flow_key udp6 = { .src = { 0x20, 1, 0xd, 0xb8, [15] = 1 },
				      .dst = { 0x20, 1, 0xd, 0xb8, [15] = 2 },
				      .sport = 53,
				      .dport = 5353,
				      .eth_type = ETH_P_IPV6,
				      .proto = 17 };

static void labels(void **state)
{
	struct flow_key fragment = udp6, icmp = tcp4, longest = udp6;
	char text[TOP_TEXT_LABEL_MAX];

	(void)state;
	assert_string_equal(top_text_label(text, &tcp4, RANK_FLOW),
			    "TCP 10.9.0.1:40000 -> 10.9.0.2:80");
	assert_string_equal(top_text_label(text, &udp6, RANK_FLOW),
			    "UDP [2001:db8::1]:53 -> [2001:db8::2]:5353");
	assert_string_equal(top_text_label(text, &tcp4, RANK_SRC), "10.9.0.1");
	assert_string_equal(top_text_label(text, &udp6, RANK_DST), "2001:db8::2");
	assert_string_equal(top_text_label(text, &tcp4, RANK_SPORT), "TCP/40000");
	assert_string_equal(top_text_label(text, &udp6, RANK_DPORT), "UDP/5353");
	assert_string_equal(top_text_label(text, &udp6, RANK_PROTO), "UDP");
	assert_string_equal(top_text_label(text, &tcp4, RANK_PAIR), "10.9.0.1 <-> 10.9.0.2");

	fragment.sport = fragment.dport = 0;
	assert_string_equal(top_text_label(text, &fragment, RANK_FLOW),
			    "UDP 2001:db8::1 -> 2001:db8::2");
	assert_string_equal(top_text_label(text, &fragment, RANK_DPORT), "UDP/0");
	icmp.proto = 1;
	assert_string_equal(top_text_label(text, &icmp, RANK_DPORT), "ICMP");
	icmp.proto = 200;
	assert_string_equal(top_text_label(text, &icmp, RANK_PROTO), "PROTO_200");

	/* UDP-Lite has the longest name of those with ports. */
	longest.proto = 136;
	longest.sport = longest.dport = 65535;
	memset(longest.src, 0xff, sizeof(longest.src));
	memset(longest.dst, 0xff, sizeof(longest.dst));
	assert_true(strlen(top_text_label(text, &longest, RANK_FLOW)) < TOP_TEXT_LABEL_MAX);
}

/* Three flows, ranked by `by`. */
static struct ranking ranking(struct flow_sample *r, struct flow rows[3], enum rank_key key,
			      enum rank_by by, size_t count)
{
	struct ranking t = { .sample = r, .key = key, .by = by, .count = count, .rows = rows };

	*r = (struct flow_sample){
		.ifname = "eth0",
		.meta = { .flows = 1000, .ifindex = 7, .attached_ns = NOW - 60 * SECOND },
		.taken_ns = NOW,
		.present = 3,
		.created = 3,
	};
	rows[0] = (struct flow){ .key = tcp4, .flows = 1 };
	rows[0].sum = (struct flow_stats){ .packets = 30000,
					   .bytes = 3000000,
					   .syns = 1,
					   .first_ns = NOW - 60 * SECOND,
					   .last_ns = NOW - 50 * SECOND,
					   .tcp_flags = 0x1b };
	rows[1] = (struct flow){ .key = udp6, .flows = 1 };
	rows[1].sum = (struct flow_stats){ .packets = 2,
					   .bytes = 1000000,
					   .first_ns = NOW - SECOND / 2,
					   .last_ns = NOW - SECOND / 4 };
	rows[2] = rows[0];
	rows[2].key.sport = 40001;
	rows[2].sum = (struct flow_stats){ .packets = 9,
					   .bytes = 600,
					   .syns = 9,
					   .first_ns = NOW - 60 * SECOND,
					   .last_ns = NOW + SECOND,
					   .tcp_flags = 0x02 };
	t.n = 3;
	ranking_sort(&t);
	return t;
}

static void assert_text(const struct ranking *t, const char *want)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	top_text_print(out, t);
	fclose(out);
	assert_string_equal(text, want);
	free(text);
}

static void table(void **state)
{
	struct flow_sample r;
	struct flow rows[3];
	struct ranking t = ranking(&r, rows, RANK_FLOW, RANK_BYTES, 2);

	(void)state;
	assert_text(&t,
		    "eth0: 3 flows, room for 1000; 30.0k packets, 4.00M bytes\n"
		    "    %  PKTS BYTES BIT/S  AGE IDLE FLAGS FLOW (2 of 3)\n"
		    " 75.0 30.0k 3.00M 2.40M  60s  50s SFPA  TCP 10.9.0.1:40000 -> 10.9.0.2:80\n"
		    " 25.0     2 1.00M 8.00M 0.5s 0.3s -     UDP [2001:db8::1]:53 -> "
		    "[2001:db8::2]:5353\n");
}

static void table_of_groups_that_sent_syns(void **state)
{
	struct flow_sample r;
	struct flow rows[3];
	struct ranking t = ranking(&r, rows, RANK_SRC, RANK_SYN, 20);

	(void)state;
	r.created = 40;
	r.flushed = 30;
	r.lost = 5;
	assert_text(&t, "eth0: 3 flows, room for 1000; 30.0k packets, 4.00M bytes\n"
			"about 7 flows evicted for lack of room: not counted here\n"
			"5 packets in no flow: no entry could be created\n"
			"    %  PKTS BYTES BIT/S  AGE IDLE  SYNS FLOWS FLAGS SOURCE (1 of 2)\n"
			"100.0 30.0k 3.00M  394k  60s   0s    10     2 SFPA  10.9.0.1\n");
}

static void table_of_nothing(void **state)
{
	struct flow_sample r = {
		.ifname = "eth0", .meta = { .flows = 10 }, .taken_ns = NOW, .wall_ns = NOW
	};
	struct ranking t = { .sample = &r, .count = 20, .seconds = 1.04 };

	(void)state;
	ranking_sort(&t);
	assert_text(&t, "03:04:05 eth0: 0 flows, room for 10; 0 packets, 0 bytes in 1s\n");
}

static void heads(void **state)
{
	struct flow_sample r;
	struct flow rows[3];
	struct ranking t;

	(void)state;
	t = ranking(&r, rows, RANK_FLOW, RANK_BYTES, 0);
	r.state = TAP_STATE_PROGRAM_GONE;
	assert_text(&t, "eth0: program gone; 3 flows, room for 1000; 30.0k packets, 4.00M bytes\n");
	t.seconds = 12;
	t.restarted = true;
	r = (struct flow_sample){
		.ifname = "eth0", .wall_ns = NOW, .meta = { .flows = 1 }, .present = 1, .created = 2
	};
	t.total = (struct flow_stats){ .packets = 1, .bytes = 60 };
	assert_text(&t, "03:04:05 eth0: 1 flow, room for 1; 1 packet, 60 bytes in 12s, "
			"attached again\n"
			"about 1 flow evicted for lack of room: not counted here\n");
}

static void rates(void **state)
{
	struct flow_stats sum = { .first_ns = NOW, .last_ns = NOW };
	struct ranking t = { 0 };

	(void)state;
	/* A single packet or a short burst counts as one second. */
	assert_true(ranking_rate(&t, &sum, 7) == 7);
	sum.last_ns += SECOND / 1000;
	assert_true(ranking_rate(&t, &sum, 7) == 7);
	sum.last_ns = NOW + 2 * SECOND;
	assert_true(ranking_rate(&t, &sum, 7) == 3.5);
	/* With an interval the rate is over the interval. */
	t.seconds = 0.5;
	assert_true(ranking_rate(&t, &sum, 7) == 14);
	/* The clock was set back. */
	t.seconds = 0;
	sum.last_ns = NOW - SECOND;
	assert_true(ranking_rate(&t, &sum, 7) == 7);
	assert_true(ranking_share(&t, &sum) == 0);
}

static void assert_json(const struct ranking *t, const char *want)
{
	struct time_base clock = { 0 };
	struct json_object *o;

	time_init(&clock);
	clock.tai_offset_ns = 0;
	o = top_json_create(t, &clock);
	assert_string_equal(json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE),
			    want);
	json_object_put(o);
}

#define HEAD                                                                            \
	"{\"ifname\":\"eth0\",\"ifindex\":7,\"ts\":\"2026-01-02T03:04:05.000000000Z\"," \
	"\"attached_at\":\"2026-01-02T03:03:05Z\",\"state\":\"attached\","              \
	"\"flows\":3,\"flows_max\":1000,\"flows_evicted\":0,\"flows_flushed\":0,"       \
	"\"flow_lost\":0,\"packets\":30011,\"bytes\":4000600,\"syns\":10,"
#define TCP                                                                  \
	"\"packets\":30000,\"bytes\":3000000,\"syns\":1,\"share\":0.749888," \
	"\"packets_per_second\":3000.000,\"bits_per_second\":2400000.000,"   \
	"\"first_seen\":\"2026-01-02T03:03:05.000000000Z\","                 \
	"\"last_seen\":\"2026-01-02T03:03:15.000000000Z\","                  \
	"\"tcp_flags\":[\"SYN\",\"FIN\",\"PSH\",\"ACK\"]}"
#define UDP                                                              \
	"\"packets\":2,\"bytes\":1000000,\"syns\":0,\"share\":0.249963," \
	"\"packets_per_second\":2.000,\"bits_per_second\":8000000.000,"  \
	"\"first_seen\":\"2026-01-02T03:04:04.500000000Z\","             \
	"\"last_seen\":\"2026-01-02T03:04:04.750000000Z\",\"tcp_flags\":[]}"

static void json(void **state)
{
	struct flow_sample r;
	struct flow rows[3];
	struct ranking t;

	(void)state;
	t = ranking(&r, rows, RANK_FLOW, RANK_BYTES, 2);
	assert_json(&t,
		    HEAD "\"key\":\"flow\",\"by\":\"bytes\",\"groups\":3,\"top\":["
			 "{\"src\":\"10.9.0.1\",\"dst\":\"10.9.0.2\",\"sport\":40000,"
			 "\"dport\":80,\"proto\":\"TCP\",\"proto_num\":6,\"flows\":1," TCP ","
			 "{\"src\":\"2001:db8::1\",\"dst\":\"2001:db8::2\",\"sport\":53,"
			 "\"dport\":5353,\"proto\":\"UDP\",\"proto_num\":17,\"flows\":1," UDP "]}");
	t = ranking(&r, rows, RANK_SPORT, RANK_BYTES, 1);
	assert_json(&t, HEAD "\"key\":\"sport\",\"by\":\"bytes\",\"groups\":3,\"top\":["
			     "{\"sport\":40000,\"proto\":\"TCP\",\"proto_num\":6,\"flows\":1," TCP
			     "]}");
}

static void json_keys(void **state)
{
	static const char *const heads[RANK_KEYS] = {
		[RANK_FLOW] = ("{\"src\":\"10.9.0.1\",\"dst\":\"10.9.0.2\",\"sport\":40000,"
			       "\"dport\":80,\"proto\":\"TCP\","),
		[RANK_SRC] = "{\"src\":\"10.9.0.1\",\"flows\":2",
		[RANK_DST] = "{\"dst\":\"10.9.0.2\",\"flows\":2",
		[RANK_SPORT] = "{\"sport\":40000,\"proto\":\"TCP\",\"proto_num\":6,\"flows\":1",
		[RANK_DPORT] = "{\"dport\":80,\"proto\":\"TCP\",\"proto_num\":6,\"flows\":2",
		[RANK_PROTO] = "{\"proto\":\"TCP\",\"proto_num\":6,\"flows\":2",
		[RANK_PAIR] = "{\"pair\":[\"10.9.0.1\",\"10.9.0.2\"],\"flows\":2",
	};
	struct time_base clock = { 0 };
	struct flow_sample r;
	struct json_object *o;
	struct flow rows[3];
	const char *text;
	struct ranking t;

	(void)state;
	for (int key = 0; key < RANK_KEYS; key++) {
		t = ranking(&r, rows, (enum rank_key)key, RANK_BYTES, 1);
		o = top_json_create(&t, &clock);
		text = strstr(json_object_to_json_string_ext(o, 0), "\"top\":[");
		assert_non_null(text);
		assert_memory_equal(text + strlen("\"top\":["), heads[key], strlen(heads[key]));
		json_object_put(o);
	}
}

static void assert_json_has(const struct ranking *t, const char *part)
{
	struct time_base clock = { 0 };
	struct json_object *o = top_json_create(t, &clock);

	assert_non_null(strstr(json_object_to_json_string_ext(o, 0), part));
	json_object_put(o);
}

/* Fragments after the first: a flow has no ports, and as a port they are 0. */
static void json_of_fragments(void **state)
{
	struct flow_sample r;
	struct flow rows[3];
	struct ranking t;

	(void)state;
	t = ranking(&r, rows, RANK_FLOW, RANK_BYTES, 1);
	rows[0].key.sport = rows[0].key.dport = 0;
	assert_json_has(&t, "\"top\":[{\"src\":\"10.9.0.1\",\"dst\":\"10.9.0.2\","
			    "\"proto\":\"TCP\"");
	t = ranking(&r, rows, RANK_DPORT, RANK_BYTES, 1);
	rows[0].key.sport = rows[0].key.dport = 0;
	assert_json_has(&t, "\"top\":[{\"dport\":0,\"proto\":\"TCP\"");
	/* If the other port of a flow is not 0, port 0 is a port. */
	t = ranking(&r, rows, RANK_FLOW, RANK_BYTES, 1);
	rows[0].key.sport = 0;
	assert_json_has(&t, "\"sport\":0,\"dport\":80,");
}

static void json_of_an_interval(void **state)
{
	struct flow_sample r;
	struct flow rows[3];
	struct ranking t;

	(void)state;
	t = ranking(&r, rows, RANK_FLOW, RANK_BYTES, 1);
	t.seconds = 2;
	t.restarted = true;
	r.state = TAP_STATE_INTERFACE_GONE;
	assert_json_has(&t, "\"state\":\"interface gone\",\"seconds\":2.000000,"
			    "\"restarted\":true,");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),
		cmocka_unit_test(table),
		cmocka_unit_test(table_of_groups_that_sent_syns),
		cmocka_unit_test(table_of_nothing),
		cmocka_unit_test(heads),
		cmocka_unit_test(rates),
		cmocka_unit_test(json),
		cmocka_unit_test(json_keys),
		cmocka_unit_test(json_of_fragments),
		cmocka_unit_test(json_of_an_interval),
	};

	setenv("TZ", "UTC", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
