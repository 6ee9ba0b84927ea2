// SPDX-License-Identifier: BSD-2-Clause
/* What `xdptap-loader set` does with the programs that a tap traces, or counts; used by set.c. */
#include <errno.h>
#include <string.h>

#include "loader/set_traced.h"
#include "loader/verdicts.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"

/* Opens what is traced now. Returns 0, or -errno after saying why. */
static int reopen_traced(struct target *t)
{
	int err = traced_reopen(&t->name, &t->tap, &t->traced);

	if (err) {
		diag_error("%s: can't open the traced program (id %u): %s", t->name.ifname,
			   t->tap.in_force.traced_id, strerror(-err));
		if (err == -EPERM || err == -EACCES)
			capability_hint(CAPABILITY_LOOK);
		else
			diag_hint("repeat set");
	}
	return err;
}

/* Finds all programs of the interface but ours. If there is none, a trace tap keeps what it has. */
static int find_all(struct target *t, bool trace)
{
	int err;

	err = traced_find_all(t->name.ifname, t->tap.meta.ifindex, t->map_id, &t->traced);
	t->traced.at_exit = t->tap.meta.at_exit;
	if (err || t->traced.n || !t->tap.meta.trace)
		return err;
	if (!trace)
		return reopen_traced(t);
	diag_error("%s: no XDP program is attached to it that can be traced", t->name.ifname);
	return -ENODATA;
}

int set_traced_find(const struct set_request *rq, struct target *t)
{
	const struct tap_meta *meta = &t->tap.meta;
	int err;

	if (!meta->trace && !meta->verdicts)
		return 0;
	if (!meta->trace ||
	    (meta->at_exit && !rq->trace_wanted && (rq->trace || t->tap.in_force.traced_all)))
		err = find_all(t, rq->trace);
	else if (rq->trace)
		err = traced_find(t->name.ifname, meta->ifindex, rq->trace_wanted, &t->traced);
	else
		return reopen_traced(t);
	t->traced.at_exit = meta->at_exit;
	if (err == -ENODATA)
		diag_hint(
			"repeat set when there is one; 'xdptap-loader detach dev %s' removes the tap",
			t->name.ifname);
	return err;
}

bool set_traced_is_same(const struct target *t)
{
	const struct traced_list *l = &t->traced;
	const struct in_force *now = &t->tap.in_force;

	if (!t->tap.meta.trace)
		return true;
	return l->list[l->n - 1].id == now->traced_id && l->mode == now->traced_mode &&
	       l->dispatcher == now->traced_dispatcher && l->all == now->traced_all &&
	       (!l->at_exit || change_traces(t));
}

void set_traced_restore(struct target *t)
{
	struct reason why;

	if (!t->tap.meta.verdicts || !t->tap.meta.trace ||
	    t->turn.control->turn != XDPTAP_TURN_SETTLED)
		return;
	traced_close(&t->traced);
	if (!traced_reopen(&t->name, &t->tap, &t->traced))
		verdicts_follow(&t->name, &t->traced, &why);
}

int set_traced_count(struct target *t)
{
	struct reason why;
	int err;

	if (!t->tap.meta.verdicts)
		return 0;
	err = verdicts_follow(&t->name, &t->traced, &why);
	if (err)
		diag_error_hint(t->name.ifname, why.text, "repeat set");
	return err;
}
