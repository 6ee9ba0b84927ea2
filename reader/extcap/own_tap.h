/* SPDX-License-Identifier: BSD-2-Clause */
/* A tap that is made for one capture, and removed after it, even if this process is killed. */
#ifndef XDPTAP_READER_EXTCAP_OWN_TAP_H
#define XDPTAP_READER_EXTCAP_OWN_TAP_H

#include <stdint.h>
#include <sys/types.h>

#include "pin/tap_name.h"
#include "reader/extcap/request.h"

struct own_tap {
	struct tap_name name; /* whose strings are the caller's */
	uint64_t since_ns;    /* CLOCK_REALTIME before it was attached */
	uint64_t attached_ns; /* that of its meta record; 0: unknown */
	pid_t keeper;         /* the process that detaches the tap if this one can't */
	int keeper_fd;        /* the pipe to it */
};

/* Attaches the tap. Returns EXIT_OK; or EXIT_FAILED after saying what is wrong. */
int own_tap_attach(struct own_tap *t, const struct request *r, const struct tap_name *name);

/* Detaches it. Returns the same. */
int own_tap_detach(struct own_tap *t);

#endif
