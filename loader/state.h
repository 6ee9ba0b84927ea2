/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a tap, as libxdp sees it; for attach and show. */
#ifndef XDPTAP_LOADER_STATE_H
#define XDPTAP_LOADER_STATE_H

#include "pin/tap.h"
#include "pin/tap_state.h"

/*
 * Finds out the state of the tap of that name, and opens it, except in TAP_STATE_IN_PROGRESS,
 * TAP_STATE_HALF_MADE and TAP_STATE_UNUSABLE. Returns 0, then the caller closes *tap in any case;
 * -ENOENT if there is no such tap, or -errno and the reason.
 */
int state_get(const struct tap_name *name, enum tap_state *state, struct tap *tap,
	      struct reason *reason);

#endif
