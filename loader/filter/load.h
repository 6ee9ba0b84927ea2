/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads of the bytes of a frame. */
#ifndef XDPTAP_LOADER_FILTER_LOAD_H
#define XDPTAP_LOADER_FILTER_LOAD_H

#include "loader/filter/translation.h"

/*
 * Makes the addresses of the first buffer, for the fast copy, from the frame that is in the
 * register `frame`. In a loop again and again: so its bytes are unchecked at the start of a round.
 */
void load_bounds(struct translation *t, int frame);

/* Writes the instruction at t->pc, which loads bytes, into the copy that is being written. */
void load_bytes(struct translation *t, const struct sock_filter *insn);

#endif
