/* SPDX-License-Identifier: BSD-2-Clause */
/* The program as one attempt to attach it leaves it: loaded, pinned maps, on the interface. */
#ifndef XDPTAP_LOADER_ATTACHMENT_H
#define XDPTAP_LOADER_ATTACHMENT_H

#include <stdbool.h>

#include <xdp/libxdp.h>

#include "loader/attach_arguments.h"
#include "loader/tracers.h"

struct attachment {
	struct program program;
	struct tracers tracers;   /* beside it, at the exit of several programs */
	struct xdp_program *prog; /* NULL: it traces another one */
	__u32 prog_id;
	bool dispatcher; /* it, or the traced one, is in libxdp's dispatcher, not the only program
			  */
	bool loaded;     /* the kernel loaded it; then an error came from attaching it */
	int left;        /* why it may be attached all the same; 0: it is not */
};

/*
 * Loads the program and attaches it in this mode. Returns 0; close *a with attachment_close()
 * then, which leaves program and pins in place. Or returns -errno; then a->loaded and a->left
 * alone are set, and dir_clear() finds the pins that were made: they must stay if a->left is set.
 */
int attachment_try(const struct attach_request *rq, enum xdptap_mode mode, struct attachment *a);

/* Loads the program, or one for each of rq->traced, and attaches it there. As above. */
int attachment_trace(const struct attach_request *rq, struct attachment *a);

/* Detaches it again. Returns 0, or -errno after saying so. */
int attachment_undo(const struct attach_request *rq, enum xdptap_mode mode,
		    const struct attachment *a);

/* Frees what this process holds of it. */
void attachment_close(struct attachment *a);

#endif
