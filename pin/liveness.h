/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out whether frames still reach a tap whose pins exist. */
#ifndef XDPTAP_PIN_LIVENESS_H
#define XDPTAP_PIN_LIVENESS_H

#include "bpf/abi.h"

enum liveness {
	LIVENESS_ATTACHED,       /* or that can't be found out from here */
	LIVENESS_INTERFACE_GONE, /* deleted; or moved to another network namespace, see below */
	LIVENESS_PROGRAM_GONE,   /* taken off the interface, or unloaded */
};

/*
 * Asks the kernel for the interface, and for the program by its id, which requires CAP_SYS_ADMIN.
 * Without that capability, nothing can be found out in another network namespace than the tap's,
 * and an interface that was moved is taken for deleted; with a dispatcher that is always so. The
 * check lists all interfaces.
 */
enum liveness liveness_check(const struct tap_meta *meta);

/* The state that xdptap-loader shows: "attached", "interface gone" or "program gone". */
const char *liveness_name(enum liveness liveness);

#endif
