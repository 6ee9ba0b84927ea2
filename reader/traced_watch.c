// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nothing notifies of an XDP program that replaces another one by a bpf_link, so tap_monitor.c
 * makes for a look once a second. Used by follow.c.
 */
#include "pin/cli/diag.h"
#include "pin/tap_state.h"
#include "reader/traced_watch.h"

void traced_watch_look(struct traced_watch *w, const char *bpffs, const struct tap *tap)
{
	const struct in_force *f = &tap->in_force;
	bool gone;

	if (chain_watch_concerns(tap))
		chain_watch_look(&w->chain, bpffs, tap);
	if (!tap->meta.trace || f->traced_all)
		return;
	gone = tap_state_check(bpffs, &tap->meta, f) == TAP_STATE_TRACED_GONE;
	if (w->id && w->id != f->traced_id)
		diag_note("%s: it traces %s (id %u) now", tap->ifname, f->traced_name,
			  f->traced_id);
	if (gone && (!w->gone || w->id != f->traced_id)) {
		diag_note(
			"%s: the traced program %s (id %u) has left the interface, so there are no more events",
			tap->ifname, f->traced_name, f->traced_id);
		diag_hint("'xdptap-loader set dev %s trace' follows the program that is there now",
			  tap->ifname);
	}
	if (!gone && w->gone && w->id == f->traced_id)
		diag_note("%s: the traced program %s (id %u) is on the interface again",
			  tap->ifname, f->traced_name, f->traced_id);
	w->id = f->traced_id;
	w->gone = gone;
}
