/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts frames whose verdict the kernel could not carry out; for attach. */
#ifndef XDPTAP_LOADER_ERRORS_H
#define XDPTAP_LOADER_ERRORS_H

#include <linux/types.h>

#include "pin/tap_name.h"

/*
 * Begins to count those of an interface of this network namespace, and pins what that takes.
 * Returns 0, or -errno; then nothing is left of it.
 */
int errors_begin(const struct tap_name *name, __u32 ifindex);

#endif
