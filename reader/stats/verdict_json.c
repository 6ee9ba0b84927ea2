// SPDX-License-Identifier: BSD-2-Clause
/* Makes JSON of verdicts; called by show.c and lines_json.c. */
#include <json-c/json.h>

#include "pin/cli/output.h"
#include "reader/stats/verdict_json.h"

static struct json_object *counters(const __u64 values[XDPTAP_ACTIONS])
{
	struct json_object *o = output_object();

	for (__u32 action = 0; action < XDPTAP_ACTIONS; action++)
		output_add(o, verdicts_action_key(action), output_uint(values[action]));
	return o;
}

static struct json_object *program(const char *name, __u32 id)
{
	struct json_object *o = output_object();

	output_add(o, "prog_name", output_string(name));
	output_add(o, "prog_id", output_int(id));
	return o;
}

static struct json_object *not_traced(const struct chain_look *chain)
{
	struct json_object *list;

	if (!chain->known)
		return NULL;
	list = output_array();
	for (__u32 i = 0; i < chain->n; i++)
		output_append(list, program(chain->untraced[i].name, chain->untraced[i].id));
	return list;
}

static struct json_object *errors(const struct xdp_errors *e)
{
	struct json_object *o = output_object();

	output_add(o, "exceptions", output_uint(e->exceptions));
	output_add(o, "redirect", output_uint(e->redirect));
	return o;
}

void verdict_json_add(struct json_object *o, const struct verdict_sample *v)
{
	struct json_object *list = output_array(), *row;

	for (__u32 i = 0; i < v->counted.n; i++) {
		const struct verdict *one = &v->counted.list[i];

		row = program(one->member.name, one->member.prog_id);
		output_add(row, "traced", output_bool(!verdict_sample_has_left(v, one)));
		output_add(row, "returned", counters(one->total.returned));
		output_add(row, "final", counters(one->total.final));
		output_append(list, row);
	}
	output_add(o, "verdicts", list);
	output_add(o, "xdp_errors", v->errors_known ? errors(&v->errors) : NULL);
	output_add(o, "not_traced", not_traced(&v->chain));
}
