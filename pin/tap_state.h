/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of a tap, by the names that all tools show, and the check that needs no libxdp. */
#ifndef XDPTAP_PIN_TAP_STATE_H
#define XDPTAP_PIN_TAP_STATE_H

#include "bpf/abi.h"
#include "pin/in_force.h"

enum tap_state {
	TAP_STATE_ATTACHED,       /* or that can't be found out from here */
	TAP_STATE_PROGRAM_GONE,   /* its program was taken off the interface, or unloaded */
	TAP_STATE_TRACED_GONE,    /* the program that it traces was taken off the interface */
	TAP_STATE_INTERFACE_GONE, /* there is no interface with its index */
	TAP_STATE_OTHER_NETNS,    /* attached in another network namespace */
	TAP_STATE_IN_PROGRESS,    /* a loader is working on it */
	TAP_STATE_HALF_MADE,      /* a loader was killed before it pinned meta */
	TAP_STATE_UNUSABLE,       /* it can't be opened, or is of another version or kind */
	TAP_STATE_DETACHED,       /* there is no tap any more */
};

/* Returns the name that users see: "attached", "program gone", "interface gone", ... */
const char *tap_state_name(enum tap_state state);

/*
 * Asks the kernel for the interface of a tap that is open, in `bpffs`, and for its program. Returns
 * TAP_STATE_ATTACHED, TAP_STATE_PROGRAM_GONE, TAP_STATE_TRACED_GONE or TAP_STATE_INTERFACE_GONE.
 * xdptap-loader knows more: see state_get().
 *
 * Asking for the program takes CAP_SYS_ADMIN. Without it, a tap of another network namespace
 * always counts as attached, and an interface that was moved to another one counts as gone. With
 * a dispatcher, an interface that was moved always counts as gone. A call lists all interfaces.
 * Whether the traced program is in a dispatcher takes permission to read libxdp's pins; without
 * it, it counts as being there.
 */
enum tap_state tap_state_check(const char *bpffs, const struct tap_meta *meta,
			       const struct in_force *f);

#endif
