/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be in the way of `xdptap-loader attach`. */
#ifndef XDPTAP_LOADER_ATTACH_CHECK_H
#define XDPTAP_LOADER_ATTACH_CHECK_H

#include "loader/attach_arguments.h"

/* Says what the tap is whose pins are there already. Hold its lock. */
void attach_say_occupied(const struct tap_name *name);

/*
 * Whether there is memory for the map of flows: where there is none for per-CPU
 * values, the kernel kills processes first. Returns 0, or -ENOMEM after saying so.
 */
int attach_check_memory(const struct attach_request *rq);

/*
 * Whether the interface is free for us. Sets *mode, if it is XDPTAP_MODE_AUTO,
 * to the one of a dispatcher that is there. Returns 0, or -EBUSY or another
 * error after saying why.
 */
int attach_check_interface(const struct attach_request *rq, enum xdptap_mode *mode);

#endif
