// SPDX-License-Identifier: BSD-2-Clause
/* What a tap captures, and of what; used by show.c and lines_json.c. */
#include <json-c/json.h>

#include "pin/cli/output.h"
#include "pin/verdicts.h"
#include "reader/stats/settings.h"
#include "reader/text/escape.h"

static struct json_object *traced(const struct in_force *f)
{
	struct json_object *o = output_object();

	output_add(o, "prog_id", output_int(f->traced_id));
	output_add(o, "prog_name", output_string(f->traced_name));
	return o;
}

static struct json_object *actions(__u32 mask)
{
	struct json_object *list = output_array();

	for (__u32 action = 0; action < XDPTAP_ACTIONS; action++)
		if (mask & 1u << action)
			output_append(list, output_text(verdicts_action_key(action)));
	return list;
}

void settings_add_json(struct json_object *o, const struct in_force *f)
{
	if (f->filter)
		output_add(o, "filter", output_string(f->filter));
	output_add(o, "sample", output_int(f->sample));
	output_add(o, "paused", output_bool(f->control.paused));
	if (f->traced_id && !f->traced_all)
		output_add(o, "traced", traced(f));
	if (f->actions)
		output_add(o, "actions", actions(f->actions));
}

static void print_traced(FILE *out, const struct in_force *f)
{
	char name[ESCAPE_GROWTH * XDPTAP_TRACED_NAME_MAX], text[VERDICTS_ACTIONS_TEXT_MAX];

	if (!f->traced_id)
		return;
	fputs("    trace", out);
	if (!f->traced_all) {
		*escape_put(name, f->traced_name) = '\0';
		fprintf(out, " %s (id %u)", name, f->traced_id);
	}
	fprintf(out, "%s\n", f->actions ? " at exit" : "");
	if (f->actions)
		fprintf(out, "    action %s\n", verdicts_actions_text(text, f->actions));
}

void settings_print(FILE *out, const struct in_force *f)
{
	static char filter[ESCAPE_GROWTH * XDPTAP_FILTER_MAX];

	print_traced(out, f);
	if (f->control.paused)
		fputs("    paused\n", out);
	if (f->sample > 1)
		fprintf(out, "    sample 1 in %u\n", f->sample);
	if (f->filter) {
		*escape_put(filter, f->filter) = '\0';
		fprintf(out, "    filter %s\n", filter);
	}
}
