// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as a packet, with any event or with that which the parser makes of them, through the
 * formatting of xdptap-reader with any of its options: text is always one line of printable ASCII
 * and lines of a dump, JSON what json-c makes of it, and both no longer than they say. A target of
 * libFuzzer with ASan and UBSan; run by `make fuzz`.
 */
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "bpf/parse.h"
#include "reader/packet_json.h"
#include "reader/packet_text.h"
#include "tests/unit/json_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What stands first in an input; captured bytes follow. */
struct input {
	struct packet_event event;
	uint8_t time;       /* enum text_time, of the remainder */
	uint8_t dump;       /* enum text_dump */
	uint8_t link_level; /* the last bit; the one before: with the fate of the frame */
	uint8_t verbose;    /* the last bit; the one before: the event is what the parser says */
	char ifname[IF_NAMESIZE]; /* the last byte is 0 */
};

static void fail(const char *why, const char *line, size_t len)
{
	fprintf(stderr, "%s: %.*s\n", why, (int)len, line);
	abort();
}

/* Exactly what the headers ask for, so that ASan sees a byte more. */
static void *exact(size_t bytes)
{
	void *p = malloc(bytes);

	if (!p)
		abort();
	return p;
}

/* The fate in that form, of a program with this name, which is repeated; NULL: none. */
static const char *fate_of(const struct input *in, enum fate_form form, const char *name,
			   const struct packet *packet, char words[FATE_MAX])
{
	struct tap_member member = { .prog_id = in->time };
	size_t length = strlen(name);

	if (!(in->link_level & 2))
		return NULL;
	for (size_t i = 0; length && i < sizeof(member.name) - 1 && i <= in->link_level / 2; i++)
		member.name[i] = name[i % length];
	fate_put(words, form, packet->event->action, *name ? &member : NULL);
	if (memchr(words, 0, FATE_MAX) == NULL)
		fail("its fate", words, FATE_MAX);
	return words;
}

static void check_text(const struct input *in, struct time_base clock, const struct packet *packet)
{
	struct packet_text t = {
		.clock = &clock,
		.time = (enum text_time)(in->time % (TEXT_TIME_SINCE_FIRST + 1)),
		.dump = (enum text_dump)(in->dump % (TEXT_DUMP_ASCII + 1)),
		.link_level = in->link_level & 1,
		.verbose = in->verbose & 1,
		.has_reference = in->time & 0x80,
	};
	size_t room = packet_text_room(&t, packet->caplen), len, first;
	char *text = exact(room), ifname[IF_NAMESIZE] = "", *words = exact(FATE_MAX), *newline;
	const char *fate;

	for (size_t i = 0; in->ifname[i]; i++)
		ifname[i] = (char)('a' + (in->ifname[i] & 15));
	fate = fate_of(in, FATE_TEXT, ifname, packet, words);
	len = (size_t)(packet_text_put(&t, text, *ifname ? ifname : NULL, fate, packet) - text);
	if (len < 2 || len > room)
		fail("its length", text, len);
	newline = memchr(text, '\n', len);
	if (!newline || text[len - 1] != '\n')
		fail("its end", text, len);
	first = (size_t)(newline - text) + 1;
	if (first >= PACKET_TEXT_LINE_MAX || (first < len) != (t.dump && packet->caplen))
		fail("its first line", text, len);
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' || text[i] > '~') && (i < first - 1 || !strchr("\n\t", text[i])))
			fail("a character of it", text, len);
	if (fate && memcmp(newline - strlen(fate), fate, strlen(fate)))
		fail("its fate", text, len);
	/* Of any bytes, too: nothing of it controls a terminal. */
	fate = fate_of(in, FATE_TEXT, in->ifname, packet, words);
	for (; fate && *fate; fate++)
		if ((unsigned char)*fate < ' ' || *fate == 0x7f)
			fail("a character of its fate", words, strlen(words));
	free(words);
	free(text);
}

static void check_json(const struct input *in, struct time_base clock, const struct packet *packet)
{
	const struct packet_json j = {
		.clock = &clock,
		.dump = in->dump & 1,
		.link_level = in->link_level & 1,
		.verbose = in->verbose & 1,
	};
	char *ifname_json = exact(PACKET_JSON_IFNAME_MAX);
	size_t room = packet_json_room(&j, packet->caplen), len;
	char *line = exact(room), *words = exact(FATE_MAX);
	struct json_object *string;
	const char *want, *fate;

	if (packet_json_ifname(ifname_json, in->ifname))
		abort();
	string = json_tokener_parse(ifname_json);
	if (!string || !json_object_is_type(string, json_type_string))
		fail("the interface's name", ifname_json, strlen(ifname_json));
	fate = fate_of(in, FATE_JSON, in->ifname, packet, words);
	len = (size_t)(packet_json_put(&j, line, ifname_json, fate, packet) - line);
	want = json_check(&j, json_object_get_string(string), fate, packet, line, len);
	if (want) {
		fprintf(stderr, "expected: %s\n", want);
		fail("not so", line, len);
	}
	if (len > room)
		fail("its length", line, len);
	json_object_put(string);
	free(ifname_json);
	free(words);
	free(line);
}

/* Headers and event agree then; the frame may have been longer. */
static void parse(uint8_t *record, uint32_t caplen, const struct packet_event *any)
{
	struct packet_event ev = { .ts_ns = any->ts_ns };
	frame_t frame = { .data = record + sizeof(ev), .len = caplen };

	parse_frame(&frame, caplen, &ev);
	ev.len += any->len % 64;
	memcpy(record, &ev, sizeof(ev));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet packet = {};
	static struct time_base clock;
	struct input in = {};
	uint8_t *record;

	if (!clock.local.text[0]) {
		setenv("TZ", "UTC0", 1);
		time_init(&clock);
	}
	memcpy(&in, data, size < sizeof(in) ? size : sizeof(in));
	in.ifname[IF_NAMESIZE - 1] = '\0';
	if (size > sizeof(in))
		packet.caplen = (uint32_t)(size - sizeof(in));
	record = exact(sizeof(in.event) + packet.caplen);
	memcpy(record, &in.event, sizeof(in.event));
	if (packet.caplen)
		memcpy(record + sizeof(in.event), data + sizeof(in), packet.caplen);
	packet.event = (const struct packet_event *)record;
	if (in.verbose & 2)
		parse(record, packet.caplen, &in.event);

	check_text(&in, clock, &packet);
	check_json(&in, clock, &packet);
	free(record);
	return 0;
}
