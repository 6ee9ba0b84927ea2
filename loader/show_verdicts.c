// SPDX-License-Identifier: BSD-2-Clause
/* The programs whose verdicts a tap counts; used by show.c. */
#include <stdio.h>

#include <json-c/json.h>

#include "loader/show_verdicts.h"
#include "pin/cli/diag.h"
#include "pin/cli/output.h"
#include "pin/verdicts.h"
#include "reader/text/escape.h"

int show_verdicts_read(struct show_verdicts *v, const char *bpffs, const struct tap *tap)
{
	int err = verdicts_read_members(tap->members_fd, v->members);

	if (!err)
		chain_look_take(&v->look, bpffs, &tap->meta, &tap->in_force, v->members);
	return err;
}

void show_verdicts_text(const struct show_verdicts *v)
{
	char name[ESCAPE_GROWTH * XDPTAP_TRACED_NAME_MAX];
	const char *sep = "    verdicts of ";

	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		if (!v->members[i].traced)
			continue;
		*escape_put(name, v->members[i].name) = '\0';
		printf("%s%s id %u", sep, name, v->members[i].prog_id);
		sep = ", ";
	}
	if (*sep == ',')
		putchar('\n');
}

static struct json_object *program_json(__u32 id, const char *name)
{
	struct json_object *o = output_object();

	output_add(o, "prog_id", output_int(id));
	output_add(o, "prog_name", output_string(name));
	return o;
}

void show_verdicts_json(struct json_object *o, const struct show_verdicts *v)
{
	struct json_object *members = output_array(), *others = NULL, *one;

	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		if (!v->members[i].prog_id)
			continue;
		one = program_json(v->members[i].prog_id, v->members[i].name);
		output_add(one, "traced", output_bool(v->members[i].traced));
		output_append(members, one);
	}
	output_add(o, "members", members);
	if (v->look.known)
		others = output_array();
	for (__u32 i = 0; i < v->look.n; i++)
		output_append(others,
			      program_json(v->look.untraced[i].id, v->look.untraced[i].name));
	output_add(o, "not_traced", others);
}

void show_verdicts_note(const struct show_verdicts *v, const struct tap *tap)
{
	const char *word = tap->meta.trace ? "trace" : "verdicts";
	bool any = v->look.n;

	for (__u32 i = 0; i < v->look.n; i++)
		diag_note("%s: not traced: %s (id %u)", tap->ifname, v->look.untraced[i].name,
			  v->look.untraced[i].id);
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		if (!v->look.gone[i])
			continue;
		any = true;
		diag_note("%s: %s (id %u) has left the interface; the tap keeps it loaded",
			  tap->ifname, v->members[i].name, v->members[i].prog_id);
	}
	if (any)
		diag_hint("'xdptap-loader set dev %s %s' follows what is there now", tap->ifname,
			  word);
}
