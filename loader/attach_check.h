/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks that precede attaching. */
#ifndef XDPTAP_LOADER_ATTACH_CHECK_H
#define XDPTAP_LOADER_ATTACH_CHECK_H

#include "loader/attach_arguments.h"

/* Prints what the tap is whose pins exist already, and the next step. Hold its lock. */
void attach_check_say_occupied(const struct tap_name *name);

/*
 * Checks that there is enough memory for the map of flows: before the kernel refuses per-CPU
 * values, it kills processes. Returns 0, or -ENOMEM after saying so.
 */
int attach_check_memory(const struct attach_request *rq);

/*
 * Checks that a program can be attached to the interface. If *mode is XDPTAP_MODE_AUTO and
 * there is a dispatcher, sets *mode to the mode of that. Returns 0, or -EBUSY or another error
 * after saying why.
 */
int attach_check_interface(const struct attach_request *rq, enum xdptap_mode *mode);

/* Checks the same of a tap that traces the program which is there. As above. */
int attach_check_traceable(const struct attach_request *rq);

/*
 * Whether the frames of the interface are Ethernet: the parser and the capture files support
 * nothing else. Returns 0; -EPFNOSUPPORT if not, *type is its ARPHRD_* in both cases; or -errno.
 */
int attach_check_link_type(const char *ifname, unsigned short *type);

#endif
