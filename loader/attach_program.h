/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaches the program of a new tap in the mode that works, and says why if none does. */
#ifndef XDPTAP_LOADER_ATTACH_PROGRAM_H
#define XDPTAP_LOADER_ATTACH_PROGRAM_H

#include "loader/attach_arguments.h"
#include "loader/attachment.h"

/*
 * Attaches in *mode. For XDPTAP_MODE_AUTO tries native mode, then generic, and sets *mode. `dir_fd`
 * is the directory of the tap, which is locked: pins of an attempt that failed are removed from it.
 * Returns 0; or -errno after saying why, then of *a only what attachment_try() says is set.
 */
int attach_program(const struct attach_request *rq, int dir_fd, enum xdptap_mode *mode,
		   struct attachment *a);

/* Finds what is to be traced, attaches ours to it, and sets *mode to the mode of that. As above. */
int attach_program_trace(struct attach_request *rq, enum xdptap_mode *mode, struct attachment *a);

#endif
