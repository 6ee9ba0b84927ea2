/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether another process has a descriptor of a program. */
#ifndef XDPTAP_PROG_OPEN_H
#define XDPTAP_PROG_OPEN_H

#include <linux/types.h>

/*
 * Looks at the descriptors of all other processes, as far as /proc shows them. Returns 1 if one of
 * them is of the program with this id, 0 if none is, or -errno.
 */
int prog_open_elsewhere(__u32 id);

#endif
