// SPDX-License-Identifier: BSD-2-Clause
/*
 * Words for what became of a frame; used by format.c. A packet needs no more than one look into a
 * table, and a member of the chain that joins while the reader runs is found by its first packet.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "pin/cli/output.h"
#include "pin/verdicts.h"
#include "reader/fate.h"
#include "reader/text/escape.h"

/* json-c makes "\u001b" of a control character, and output_string() U+FFFD of other bytes. */
#define JSON_GROWTH 6

_Static_assert(sizeof(" [REDIRECT by ]") + ESCAPE_GROWTH * (XDPTAP_TRACED_NAME_MAX - 1) <= FATE_MAX,
	       "room for any name as text");
_Static_assert(sizeof(",'action':'redirect','prog':'','prog_id':4294967295") +
			       JSON_GROWTH * (XDPTAP_TRACED_NAME_MAX - 1) <=
		       FATE_MAX,
	       "room for any name as JSON");

_Static_assert(XDPTAP_MEMBERS_MAX == 1 << 5, "packet_event.member has 5 bits");

struct fate_table {
	enum fate_form form;
	bool looked; /* at the map, since fate_table_begin() */
	struct tap_member members[XDPTAP_MEMBERS_MAX];
	/* "": not put together yet. */
	char words[XDPTAP_MEMBERS_MAX][XDPTAP_ACTIONS][FATE_MAX];
};

static void put_text(char *p, __u32 action, const struct tap_member *member)
{
	p = stpcpy(stpcpy(p, " ["), verdicts_action_name(action));
	if (member)
		p = escape_put(stpcpy(p, " by "), member->name);
	strcpy(p, "]");
}

static void put_json(char *p, __u32 action, const struct tap_member *member)
{
	struct json_object *name;

	p += sprintf(p, ",\"action\":\"%s\"", verdicts_action_key(action));
	name = member ? output_string(member->name) : NULL;
	if (!name)
		return;
	sprintf(p, ",\"prog\":%s,\"prog_id\":%u",
		json_object_to_json_string_ext(name, JSON_C_TO_STRING_NOSLASHESCAPE),
		member->prog_id);
	json_object_put(name);
}

static void put_comment(char *p, __u32 action, const struct tap_member *member)
{
	p = stpcpy(p, verdicts_action_name(action));
	if (member)
		strcpy(stpcpy(p, " by "), member->name);
}

void fate_put(char out[FATE_MAX], enum fate_form form, __u32 action,
	      const struct tap_member *member)
{
	switch (form) {
	case FATE_TEXT:
		put_text(out, action, member);
		break;
	case FATE_JSON:
		put_json(out, action, member);
		break;
	case FATE_COMMENT:
		put_comment(out, action, member);
		break;
	}
}

struct fate_table *fate_table_create(enum fate_form form)
{
	struct fate_table *f = calloc(1, sizeof(*f));

	if (f)
		f->form = form;
	return f;
}

void fate_table_free(struct fate_table *f)
{
	free(f);
}

void fate_table_read(struct fate_table *f, int members_fd)
{
	struct tap_member members[XDPTAP_MEMBERS_MAX];

	f->looked = true;
	if (verdicts_read_members(members_fd, members))
		return;
	for (size_t i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		if (!memcmp(&f->members[i], &members[i], sizeof(members[i])))
			continue;
		f->members[i] = members[i];
		for (size_t action = 0; action < XDPTAP_ACTIONS; action++)
			f->words[i][action][0] = '\0';
	}
}

void fate_table_begin(struct fate_table *f)
{
	f->looked = false;
}

const char *fate_table_words(struct fate_table *f, int members_fd, const struct packet_event *ev)
{
	/* Once: another reader may have given the record back, and it may change. */
	const struct packet_event once = *ev;
	const __u32 action = once.action < XDPTAP_ACTIONS ? once.action : XDPTAP_OTHER;
	const struct tap_member *member = &f->members[once.member];
	char *words = f->words[once.member][action];

	if (!member->prog_id && !f->looked)
		fate_table_read(f, members_fd);
	if (!*words)
		fate_put(words, f->form, action, member->prog_id ? member : NULL);
	return words;
}
