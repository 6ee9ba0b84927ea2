/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs of a trace tap: one for each program that it traces. They capture into the same
 * maps, with the same settings.
 */
#ifndef XDPTAP_LOADER_TRACERS_H
#define XDPTAP_LOADER_TRACERS_H

#include "loader/program.h"
#include "loader/traced.h"
#include "pin/tap_name.h"

/* The first one is its owner's: attach creates the maps of a tap with it, and set opens them. */
struct tracers {
	__u32 n; /* of the others */
	struct program others[TRACED_MAX - 1];
};

/*
 * Loads the others, beside the first one, which is loaded. Returns 0, or -errno with the reason;
 * tracers_close() is legal after both.
 */
int tracers_load(struct tracers *t, const struct program *first, const struct capture_settings *s,
		 const struct traced_list *traced, __u32 generation, struct reason *why);

/*
 * Attaches them all, and pins their links. Returns 0 or -errno; then some may be attached, and
 * trace_link_remove() ends that.
 */
int tracers_attach(const struct tracers *t, const struct program *first,
		   const struct tap_name *name, const struct traced_list *traced, __u32 generation);

/* Frees what this process holds of them; what is attached stays. Nothing if *t is all 0. */
void tracers_close(struct tracers *t);

#endif
