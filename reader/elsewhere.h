/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a tap in a dispatcher still has its interface, if that is in another network namespace.
 * The pins of libxdp keep such a program loaded, so nothing else tells that it is gone.
 */
#ifndef XDPTAP_READER_ELSEWHERE_H
#define XDPTAP_READER_ELSEWHERE_H

#include <stdbool.h>

#include "pin/tap.h"

/* All 0 at first. */
struct elsewhere {
	char *path;    /* by which its namespace was reached last; NULL: not looked for yet */
	bool given_up; /* it can't be found out, or the interface was moved to a third namespace */
};

/*
 * Returns whether the interface is gone; false also if that can't be found out: it takes
 * CAP_SYS_ADMIN and CAP_SYS_PTRACE. Costs some system calls while the interface is there.
 */
bool elsewhere_gone(struct elsewhere *e, const char *bpffs, const struct tap *tap);

void elsewhere_free(struct elsewhere *e);

#endif
