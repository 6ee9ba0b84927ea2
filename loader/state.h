/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of a tap since it was attached: for attach and show. */
#ifndef XDPTAP_LOADER_STATE_H
#define XDPTAP_LOADER_STATE_H

#include <stddef.h>

#include "pin/tap.h"

enum tap_state {
	TAP_ATTACHED,
	TAP_PROGRAM_GONE,   /* unloaded behind our back */
	TAP_INTERFACE_GONE, /* no interface with its index */
	TAP_OTHER_NETNS,    /* attached in another network namespace */
	TAP_IN_PROGRESS,    /* a loader works on it right now */
	TAP_HALF_MADE,      /* a loader was killed before it wrote meta */
	TAP_UNUSABLE,       /* pins of another version or kind; the reason says */
};

/* As users see it: "attached", "program gone", ... */
const char *state_name(enum tap_state state);

/*
 * Finds out the state of the tap on `ifname`. *meta is filled if there is one,
 * in every state but the last three. Returns 0; -ENOENT if there is no such
 * tap, or -errno, with the reason in words.
 */
int state_get(const struct tap_name *name, enum tap_state *state, struct tap_meta *meta,
	      struct reason *reason);

#endif
