/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that takes the place of another one of the same tap, with other settings. It uses the
 * same pinned maps, so counters, ring buffers, flows and the reader stay.
 */
#ifndef XDPTAP_LOADER_SUCCESSOR_H
#define XDPTAP_LOADER_SUCCESSOR_H

#include <stdbool.h>

#include <xdp/libxdp.h>

#include "loader/program.h"
#include "loader/traced.h"
#include "loader/tracers.h"
#include "pin/tap.h"

struct successor {
	struct program program;
	struct tracers tracers;                  /* beside it */
	const struct capture_settings *settings; /* the caller's, until it is attached */
	const struct traced_list *traced;        /* the caller's; NULL: it is an XDP program */
	struct xdp_program *prog;                /* NULL until it is attached in a dispatcher */
	int fd;                                  /* of the loaded program; the object's own */
	__u32 prog_id;
};

/*
 * Opens the program with these settings on the maps of the tap, to trace `traced` unless that is
 * NULL, and loads it; for a tap in a dispatcher it is loaded by successor_attach(). Returns 0, or
 * -errno with the reason; call successor_close() after both.
 */
int successor_load(struct successor *s, const struct tap_name *name, const struct tap *tap,
		   const struct capture_settings *settings, const struct traced_list *traced,
		   __u32 generation, struct reason *why);

/*
 * Attaches it beside the other one: in the dispatcher of the tap's interface, or to what it traces.
 * As above.
 */
int successor_attach(struct successor *s, const struct tap_name *name, const struct tap *tap,
		     __u32 generation, struct reason *why);

/*
 * Puts it on the interface in the place of the program `old_id`, if no dispatcher is there. As
 * above.
 */
int successor_replace(struct successor *s, const struct tap *tap, __u32 old_id, struct reason *why);

/* Frees what this process holds of it; what is attached stays. */
void successor_close(struct successor *s);

#endif
