/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a tap; for attach and show. */
#ifndef XDPTAP_LOADER_STATE_H
#define XDPTAP_LOADER_STATE_H

#include <stddef.h>

#include "pin/tap.h"

enum tap_state {
	TAP_ATTACHED,
	TAP_PROGRAM_GONE,   /* detached or unloaded by somebody else */
	TAP_INTERFACE_GONE, /* there is no interface with its index */
	TAP_OTHER_NETNS,    /* attached in another network namespace */
	TAP_IN_PROGRESS,    /* a loader is working on it */
	TAP_HALF_MADE,      /* a loader was killed before it pinned meta */
	TAP_UNUSABLE,       /* its pins are of another version or kind, see the reason */
};

/* Returns the name that users see: "attached", "program gone", ... */
const char *state_name(enum tap_state state);

/*
 * Finds out the state of the tap of that name. *meta is filled in every state but the last
 * three. Returns 0, -ENOENT if there is no such tap, or -errno and the reason.
 */
int state_get(const struct tap_name *name, enum tap_state *state, struct tap_meta *meta,
	      struct reason *reason);

#endif
