// SPDX-License-Identifier: BSD-2-Clause
/*
 * The steps of a change, which set.c describes: what is in force stays so until the turn is handed
 * over, and whatever fails before that is taken back.
 */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <xdp/libxdp.h>

#include "loader/chain.h"
#include "loader/change.h"
#include "loader/log.h"
#include "loader/successor.h"
#include "loader/trace_link.h"
#include "pin/prog.h"

/* Whether two programs of the tap can be attached beside each other. */
static bool runs_beside(const struct target *t)
{
	return t->tap.meta.dispatcher || t->tap.meta.trace;
}

int change_detach_other(const struct target *t, __u32 in_force)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	int err;

	if (t->tap.meta.trace) {
		err = trace_link_remove(&t->name, t->tap.in_force.generation + 1);
		return err < 0 ? err : 0;
	}
	if (!t->tap.meta.dispatcher)
		return 0; /* there is room for one only */
	err = chain_get(t->tap.meta.ifindex, &mp);
	if (err || !mp)
		return err;
	err = chain_find_map(mp, t->map_id, in_force, &prog);
	if (!err && prog)
		err = chain_detach(mp, prog, t->tap.meta.ifindex);
	xdp_multiprog__close(mp);
	return err;
}

bool change_traces(const struct target *t)
{
	char pin[TRACE_LINK_NAME_MAX];
	__u32 wanted[XDPTAP_MEMBERS_MAX] = { 0 }, generation = t->tap.in_force.generation, target;

	for (__u32 i = 0; i < t->traced.n; i++)
		wanted[t->traced.list[i].member] = t->traced.list[i].id;
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++)
		if (trace_link_target(&t->name, trace_link_exit(pin, generation, i), &target) ||
		    target != wanted[i])
			return false;
	return true;
}

int change_first_program(const struct target *t, __u32 *id)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	int err;

	err = chain_get(t->tap.meta.ifindex, &mp);
	if (err)
		return err;
	err = chain_find_map(mp, t->map_id, 0, &prog);
	if (!err)
		*id = prog ? xdp_program__id(prog) : 0;
	xdp_multiprog__close(mp);
	return err;
}

static int write_record(const struct target *t, const struct tap_settings *record)
{
	__u32 i = record->generation % 2;

	return bpf_map_update_elem(t->settings_fd, &i, record, BPF_ANY) ? -errno : 0;
}

/*
 * Compiles the filter that stays, for a new program. Not before one is needed: names may have
 * become unknown, and libpcap takes long for many terms.
 */
static int compile_again(struct capture_settings *s, struct reason *why)
{
	struct reason reason;
	int err;

	if (s->code || !*s->filter)
		return 0;
	err = program_set_filter(s, s->filter, &reason);
	return err ? reason_set(why, err, "filter: %s", reason.text) : 0;
}

/* Whether a program in force of a trace tap traces this one: 1, 0 or -errno. */
static int is_traced(const struct target *t, __u32 id)
{
	char pin[TRACE_LINK_NAME_MAX];
	__u32 generation = t->tap.in_force.generation, target;
	int err;

	if (!t->tap.meta.at_exit)
		return id == t->tap.in_force.traced_id;
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		err = trace_link_target(&t->name, trace_link_exit(pin, generation, i), &target);
		if (err || target == id)
			return err ? err : 1;
	}
	return 0;
}

/*
 * Whether a frame comes to the successors before it comes to the programs in force: the first one
 * in the chain that either of them trace tells. If both do, the newest runs first
 * (bpf_trampoline_get_progs() in kernel/bpf/trampoline.c). Returns 0 or -errno.
 */
static int find_trace_order(const struct target *t, bool *is_first)
{
	const __u32 wanted = t->traced.list[0].id;
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	int err, traced = 0;

	*is_first = true;
	if (!t->tap.meta.at_exit && is_traced(t, wanted))
		return 0;
	err = chain_get(t->tap.meta.ifindex, &mp);
	if (err || !mp)
		return err;
	while (!traced && (prog = chain_next(mp, prog)) && xdp_program__id(prog) != wanted)
		traced = is_traced(t, xdp_program__id(prog));
	*is_first = !traced;
	xdp_multiprog__close(mp);
	return traced < 0 ? traced : 0;
}

/* Finds out whether the successor sees a frame before the program that it replaces does. Returns 0
 * or -errno. */
static int find_order(const struct target *t, const struct successor *s, bool *is_first)
{
	__u32 first;
	int err;

	if (t->tap.meta.trace)
		return find_trace_order(t, is_first);
	err = change_first_program(t, &first);
	*is_first = !err && first == s->prog_id;
	return err;
}

/* Where both are attached: in a dispatcher, or tracing. As hand_over(). */
static int hand_over_beside(struct target *t, const struct successor *s, __u32 to,
			    struct reason *why)
{
	bool is_first;
	int err;

	err = find_order(t, s, &is_first);
	if (!err)
		err = turn_over(&t->turn, is_first ? to : to - 1, to);
	return err ? reason_set(why, err, "can't hand over: %s", strerror(-err)) : 0;
}

/* By putting the one in the place of the other. As hand_over(). */
static int hand_over_place(struct target *t, struct successor *s, __u32 to, struct reason *why)
{
	__u32 attached;
	int err, unknown;

	err = turn_any(&t->turn);
	if (err)
		return reason_set(why, err, "can't hand over: %s", strerror(-err));
	err = successor_replace(s, &t->tap, t->tap.in_force.prog_id, why);
	if (err) {
		/* The kernel may have done it, and only its answer is lost. */
		unknown = change_first_program(t, &attached);
		if (unknown)
			return err; /* it stays the turn of any; the next set finds out */
		if (attached == s->prog_id)
			err = 0;
	}
	/* A CPU may still be about to run the one that was there, and has not read whose turn it
	 * is. If the kernel can't wait, that is one frame. */
	turn_wait(&t->turn);
	turn_settle(&t->turn, err ? to - 1 : to);
	return err;
}

/* Hands over to the successor, which is loaded. Returns 0, or -errno and the reason. */
static int hand_over(struct target *t, struct successor *s, __u32 to, struct reason *why)
{
	return runs_beside(t) ? hand_over_beside(t, s, to, why) : hand_over_place(t, s, to, why);
}

/* Removes the successor, which has captured nothing. */
static void take_back(struct target *t, struct tap_settings *record)
{
	if (t->turn.control->turn != XDPTAP_TURN_SETTLED)
		return;
	record->prog_id = 0;
	write_record(t, record);
	change_detach_other(t, t->tap.in_force.prog_id);
}

int change_make(struct target *t, struct capture_settings *settings, struct tap_settings *record,
		struct reason *why)
{
	const struct traced_list *traced = t->tap.meta.trace ? &t->traced : NULL;
	__u32 to = t->tap.in_force.generation + 1;
	struct successor s;
	int err;

	err = compile_again(settings, why);
	if (err)
		return err;
	log_forget();
	program_record(record, settings, traced, to, 0);
	err = write_record(t, record);
	if (err)
		return reason_set(why, err, "can't write its settings: %s", strerror(-err));
	err = successor_load(&s, &t->name, &t->tap, settings, traced, to, why);
	if (!err && runs_beside(t))
		err = successor_attach(&s, &t->name, &t->tap, to, why);
	if (!err) {
		record->prog_id = s.prog_id;
		err = write_record(t, record);
		if (err)
			reason_set(why, err, "can't write its settings: %s", strerror(-err));
	}
	if (!err)
		err = hand_over(t, &s, to, why);
	if (err)
		take_back(t, record);
	successor_close(&s);
	return err;
}
