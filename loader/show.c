// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-loader show`: lists taps, and whether they are really attached. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <linux/bpf.h>

#include "loader/chain.h"
#include "loader/commands.h"
#include "loader/promisc.h"
#include "loader/show_verdicts.h"
#include "loader/state.h"
#include "loader/traced.h"
#include "pin/cli/diag.h"
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "pin/cli/output.h"
#include "pin/cli/tap_error.h"
#include "pin/permission.h"
#include "pin/verdicts.h"
#include "reader/text/escape.h"
#include "reader/text/size.h"
#include "reader/text/time.h"

static const char *const action_names[] = {
	[XDP_ABORTED] = "XDP_ABORTED", [XDP_DROP] = "XDP_DROP",         [XDP_PASS] = "XDP_PASS",
	[XDP_TX] = "XDP_TX",           [XDP_REDIRECT] = "XDP_REDIRECT",
};
#define N_ACTIONS (sizeof(action_names) / sizeof(action_names[0]))

/* A tap. meta and in_force are NULL in the states that have none. */
struct row {
	struct tap_name name;
	enum tap_state state;
	const struct tap_meta *meta;
	const struct in_force *in_force;
	const struct show_verdicts *verdicts; /* NULL: it counts none */
	char renamed_to[IF_NAMESIZE]; /* what its interface is called now; "": as its pins */
	bool has_group;
	gid_t gid; /* whose members may read it */
};

static const char *prog_name(const struct tap_meta *meta)
{
	if (meta->at_exit)
		return XDPTAP_EXIT_NAME;
	return meta->trace ? XDPTAP_TRACE_NAME : XDPTAP_PROG_NAME;
}

static struct json_object *traced_json(const struct in_force *f)
{
	struct json_object *o = output_object();

	output_add(o, "prog_id", output_int(f->traced_id));
	output_add(o, "prog_name", output_string(f->traced_name));
	return o;
}

static struct json_object *actions_json(__u32 actions)
{
	struct json_object *list = output_array();

	for (__u32 i = 0; i < XDPTAP_ACTIONS; i++)
		if (actions >> i & 1)
			output_append(list, output_text(verdicts_action_key(i)));
	return list;
}

static struct json_object *row_json(const struct row *r)
{
	struct json_object *o = output_object(), *actions;
	char dir[PATH_MAX], since[TIME_TEXT_MAX], group[PERMISSION_NAME_MAX];

	output_add(o, "ifname", output_string(r->name.ifname));
	if (*r->renamed_to)
		output_add(o, "renamed_to", output_string(r->renamed_to));
	if (r->meta) {
		output_add(o, "ifindex", output_int(r->meta->ifindex));
		output_add(o, "mode", output_text(tap_mode_name(r->meta->mode)));
		output_add(o, "dispatcher", output_bool(r->meta->dispatcher));
		output_add(o, "prog_id", output_int(r->in_force->prog_id));
		output_add(o, "prog_name", output_text(prog_name(r->meta)));
		if (r->meta->trace && !r->in_force->traced_all)
			output_add(o, "traced", traced_json(r->in_force));
		output_add(o, "prio", output_int(r->meta->prio));
		actions = output_array();
		for (size_t i = 0; i < N_ACTIONS; i++)
			if (r->meta->chain_actions & 1u << i)
				output_append(actions, output_text(action_names[i]));
		output_add(o, "chain_actions", actions);
		output_add(o, "rings", output_int(r->meta->rings));
		output_add(o, "ring_size", output_uint(r->meta->ring_bytes));
		output_add(o, "snaplen", output_int(r->in_force->snaplen));
		output_add(o, "sample", output_int(r->in_force->sample));
		if (r->in_force->filter)
			output_add(o, "filter", output_string(r->in_force->filter));
		output_add(o, "at_exit", output_bool(r->meta->at_exit));
		if (r->meta->at_exit)
			output_add(o, "actions", actions_json(r->in_force->actions));
		output_add(o, "paused", output_bool(r->in_force->control.paused));
		output_add(o, "generation", output_int(r->in_force->generation));
		output_add(o, "flows_max", output_int(r->meta->flows));
		output_add(o, "promisc", output_bool(r->meta->promisc));
		if (r->has_group) {
			output_add(o, "group", output_string(permission_group_name(group, r->gid)));
			output_add(o, "gid", output_int(r->gid));
		}
		output_add(o, "attached_at",
			   output_text(time_rfc3339(since, r->meta->attached_ns)));
	}
	if (r->verdicts)
		show_verdicts_json(o, r->verdicts);
	if (!tap_name_path(dir, &r->name, NULL))
		output_add(o, "pin_dir", output_string(dir));
	output_add(o, "state", output_text(tap_state_name(r->state)));
	return o;
}

/* A line more, if not every frame becomes an event. */
static void row_settings(const struct in_force *f)
{
	static char filter[ESCAPE_GROWTH * XDPTAP_FILTER_MAX];
	char actions[VERDICTS_ACTIONS_TEXT_MAX];

	if (!f->filter && f->sample == 1 && !f->control.paused && !f->actions)
		return;
	printf("   ");
	if (f->control.paused)
		printf(" paused");
	if (f->sample > 1)
		printf(" sample %u", f->sample);
	if (f->actions)
		printf(" action %s", verdicts_actions_text(actions, f->actions));
	if (f->filter) {
		*escape_put(filter, f->filter) = '\0';
		printf(" filter %s", filter);
	}
	putchar('\n');
}

/* Prints two to four lines of keywords and values, as ip does. */
static void row_text(const struct row *r)
{
	char ring[SIZE_TEXT_MAX], since[TIME_TEXT_MAX], name[ESCAPE_IFNAME_MAX];
	char traced[ESCAPE_GROWTH * XDPTAP_TRACED_NAME_MAX];
	char group[PERMISSION_NAME_MAX], escaped[ESCAPE_GROWTH * PERMISSION_NAME_MAX];
	const char *sep = "";

	fputs(escape_ifname(name, r->name.ifname), stdout);
	if (*r->renamed_to)
		printf(" (renamed to %s)", escape_ifname(name, r->renamed_to));
	printf(": %s", tap_state_name(r->state));
	if (!r->meta) {
		putchar('\n');
		return;
	}
	printf(" mode %s %s", tap_mode_name(r->meta->mode),
	       r->meta->dispatcher ? "dispatcher" : "single");
	if (r->meta->at_exit) {
		printf(" trace at exit");
	} else if (r->meta->trace) {
		*escape_put(traced, r->in_force->traced_name) = '\0';
		printf(" trace %s id %u", traced, r->in_force->traced_id);
	} else {
		printf(" prio %u chain ", r->meta->prio);
	}
	for (size_t i = 0; i < N_ACTIONS; i++) {
		if (r->meta->chain_actions & 1u << i) {
			printf("%s%s", sep, action_names[i]);
			sep = ",";
		}
	}
	printf("\n    prog %s id %u rings %u of %s snaplen %u flows %u%s", prog_name(r->meta),
	       r->in_force->prog_id, r->meta->rings, size_text(ring, r->meta->ring_bytes),
	       r->in_force->snaplen, r->meta->flows, r->meta->promisc ? " promisc" : "");
	if (r->has_group) {
		*escape_put(escaped, permission_group_name(group, r->gid)) = '\0';
		printf(" group %s", escaped);
	}
	printf(" since %s\n", time_local(since, r->meta->attached_ns));
	row_settings(r->in_force);
	if (r->verdicts)
		show_verdicts_text(r->verdicts);
}

/* Somebody else may have turned it off, or attach was killed just before it turned it on. */
static void check_promisc(const struct row *r)
{
	bool on;

	if (r->meta && r->meta->promisc && r->state == TAP_STATE_ATTACHED &&
	    !promisc_get(r->meta->ifindex, &on) && !on)
		diag_note("%s: attached with promisc, but promiscuous mode is off", r->name.ifname);
}

/* Finds out what the interface is called now. */
static void note_renamed(struct row *r)
{
	char now[IF_NAMESIZE];

	if (r->meta && r->meta->netns_ino == tap_netns_ino() &&
	    if_indextoname(r->meta->ifindex, now) && strcmp(now, r->name.ifname))
		strcpy(r->renamed_to, now);
}

/*
 * Shows these taps. Those of a list `may_vanish` before they are examined, and some may be of other
 * groups: those are left out with a message. Returns the exit status.
 */
static int show(const struct options *o, char (*names)[IF_NAMESIZE], int n, bool may_vanish)
{
	struct json_object *list = output_array();
	bool denied = false, shown = false;
	struct reason reason;
	int status = EXIT_OK;

	for (int i = 0; i < n; i++) {
		struct row r = { .name = { o->bpffs, names[i] } };
		struct show_verdicts verdicts;
		struct tap tap;
		int err;

		err = state_get(&r.name, &r.state, &tap, &reason);
		if (err) {
			if (err == -ENOENT && may_vanish)
				continue;
			tap_error_open(names[i], err, &reason);
			if (err == -EACCES && may_vanish)
				denied = true;
			else
				status = EXIT_FAILED;
			continue;
		}
		shown = true;
		if (tap.meta.abi_version) {
			r.meta = &tap.meta;
			r.in_force = &tap.in_force;
		}
		if (tap.members_fd >= 0 && !show_verdicts_read(&verdicts, o->bpffs, &tap))
			r.verdicts = &verdicts;
		note_renamed(&r);
		r.has_group = permission_group(&r.name, &r.gid);
		if (r.state == TAP_STATE_UNUSABLE)
			tap_error_open(names[i], -EPROTO, &reason);
		if (o->json)
			output_append(list, row_json(&r));
		else
			row_text(&r);
		check_promisc(&r);
		if (r.state == TAP_STATE_TRACED_GONE)
			traced_say_gone(names[i], r.in_force);
		else if (r.verdicts && r.state == TAP_STATE_ATTACHED)
			show_verdicts_note(r.verdicts, &tap);
		tap_close(&tap);
	}
	if (o->json)
		output_json(stdout, list, o->pretty);
	json_object_put(list);
	return denied && !shown ? EXIT_FAILED : status;
}

int cmd_show(const struct options *o, int argc, char **argv)
{
	char one[1][IF_NAMESIZE], (*names)[IF_NAMESIZE];
	int n, status;

	if (argc) {
		status = arguments_tap_only(o->bpffs, argc, argv, one[0]);
		return status == EXIT_OK ? show(o, one, 1, false) : status;
	}
	n = tap_name_list(o->bpffs, &names);
	if (n < 0) {
		tap_error_list(o->bpffs, n);
		return EXIT_FAILED;
	}
	status = show(o, names, n, true);
	free(names);
	return status;
}
