/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that a tap traces, or whose verdicts it counts, while it gets new settings; for set.
 */
#ifndef XDPTAP_LOADER_SET_TRACED_H
#define XDPTAP_LOADER_SET_TRACED_H

#include <stdbool.h>

#include "loader/change.h"
#include "loader/set_arguments.h"

/*
 * Finds out what is to be traced, or counted, for t->traced: as it is now, or if that is asked for,
 * what is on the interface now. Returns 0, or -errno after saying why.
 */
int set_traced_find(const struct set_request *rq, struct target *t);

/* Counts what the programs return that are to be counted. Returns 0, or -errno after saying why. */
int set_traced_count(struct target *t);

/* Whether the programs in force trace what was found. */
bool set_traced_is_same(const struct target *t);

/*
 * After a change that failed: counts again what is counted beside the programs in force. If that
 * fails too, the next `set` does it.
 */
void set_traced_restore(struct target *t);

#endif
