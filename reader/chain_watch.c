// SPDX-License-Identifier: BSD-2-Clause
/* Says which programs a tap does not trace, and which have left; used by traced_watch.c. */
#include "pin/cli/diag.h"
#include "pin/now.h"
#include "pin/verdicts.h"
#include "reader/chain_watch.h"

/* Pins that come and go in a row make for more looks than the one a second. */
#define LEAST_NS (NS_PER_SEC / 2)

bool chain_watch_concerns(const struct tap *tap)
{
	return tap->meta.verdicts && (!tap->meta.trace || tap->in_force.traced_all);
}

static bool contains(const __u32 *ids, __u32 n, __u32 id)
{
	for (__u32 i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* Returns whether there are new ones, which may have had their say on frames already. */
static bool say_untraced(struct chain_watch *w, const struct tap *tap,
			 const struct chain_look *look)
{
	bool some = false;

	for (__u32 i = 0; i < look->n; i++) {
		if (contains(w->untraced, w->n, look->untraced[i].id))
			continue;
		diag_note("%s: not traced: %s (id %u)", tap->ifname, look->untraced[i].name,
			  look->untraced[i].id);
		some = true;
	}
	return some;
}

static void say_taken_in(const struct chain_watch *w, const struct tap *tap,
			 const struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++)
		if (members[i].traced && contains(w->untraced, w->n, members[i].prog_id))
			diag_note("%s: %s (id %u) is traced now", tap->ifname, members[i].name,
				  members[i].prog_id);
}

/* Returns whether one has left since the last look. */
static bool say_gone(struct chain_watch *w, const struct tap *tap, const struct chain_look *look,
		     const struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	bool some = false;

	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		const struct tap_member *m = &members[i];
		__u32 gone = look->gone[i] ? m->prog_id : 0;

		if (gone && gone != w->gone[i]) {
			diag_note("%s: %s (id %u) has left the interface", tap->ifname, m->name,
				  m->prog_id);
			some = true;
		} else if (!gone && m->traced && m->prog_id == w->gone[i]) {
			diag_note("%s: %s (id %u) is on the interface again", tap->ifname, m->name,
				  m->prog_id);
		}
		w->gone[i] = gone;
	}
	return some;
}

/* Events come from the programs that are traced, of which one must be there. */
static bool any_left(const struct chain_look *look,
		     const struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++)
		if (members[i].traced && !look->gone[i])
			return true;
	return false;
}

void chain_watch_look(struct chain_watch *w, const char *bpffs, const struct tap *tap)
{
	struct tap_member members[XDPTAP_MEMBERS_MAX];
	__u64 now = now_ns(CLOCK_MONOTONIC);
	struct chain_look look;
	bool joined, left;

	if ((w->looked_ns && now - w->looked_ns < LEAST_NS) ||
	    verdicts_read_members(tap->members_fd, members))
		return;
	w->looked_ns = now;
	chain_look_take(&look, bpffs, &tap->meta, &tap->in_force, members);
	if (!look.known)
		return;
	say_taken_in(w, tap, members);
	joined = say_untraced(w, tap, &look);
	left = say_gone(w, tap, &look, members);
	if (left && tap->meta.at_exit && !any_left(&look, members))
		diag_note("%s: no program that is traced is left, so there are no more events",
			  tap->ifname);
	if (joined || left)
		diag_hint("'xdptap-loader set dev %s %s' follows what is there now", tap->ifname,
			  tap->meta.trace ? "trace" : "verdicts");
	w->n = look.n;
	for (__u32 i = 0; i < look.n; i++)
		w->untraced[i] = look.untraced[i].id;
}
