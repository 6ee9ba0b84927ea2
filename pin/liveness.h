/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether frames still reach a tap whose pins are there, as far as anyone can see. */
#ifndef XDPTAP_PIN_LIVENESS_H
#define XDPTAP_PIN_LIVENESS_H

#include "bpf/abi.h"

enum liveness {
	LIVENESS_ATTACHED,       /* or it can't be seen from here */
	LIVENESS_INTERFACE_GONE, /* deleted; or moved to another network namespace, see below */
	LIVENESS_PROGRAM_GONE,   /* taken off the interface, or unloaded */
};

/*
 * Asks the kernel for the interface, and for the program by its id, which takes
 * CAP_SYS_ADMIN. Without that nothing is known from another network namespace than the
 * tap's, and an interface that was moved is taken for deleted; so is, in any case, one
 * with a dispatcher. It costs a list of all interfaces.
 */
enum liveness liveness_check(const struct tap_meta *meta);

/* The state that xdptap-loader shows: "attached", "interface gone" or "program gone". */
const char *liveness_name(enum liveness liveness);

#endif
