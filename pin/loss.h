/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether frames still reach a tap whose pins are there, as far as anyone can see. */
#ifndef XDPTAP_LOSS_H
#define XDPTAP_LOSS_H

#include "bpf/abi.h"

enum tap_loss {
	TAP_NOT_LOST,       /* or it can't be seen from here */
	TAP_LOST_INTERFACE, /* deleted; or moved to another network namespace, see below */
	TAP_LOST_PROGRAM,   /* taken off the interface, or unloaded */
};

/*
 * Asks the kernel for the interface, and for the program by its id, which takes
 * CAP_SYS_ADMIN. Without that nothing is known from another network namespace than the
 * tap's, and an interface that was moved is taken for deleted; so is, in any case, one
 * with a dispatcher. It costs a list of all interfaces.
 */
enum tap_loss tap_loss(const struct tap_meta *meta);

/* As xdptap-loader calls it: "interface gone", "program gone"; NULL if it is not lost. */
const char *tap_loss_name(enum tap_loss loss);

#endif
