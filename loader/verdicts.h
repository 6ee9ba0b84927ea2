/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts what other XDP programs return: a program at the exit of each; for attach and set. */
#ifndef XDPTAP_LOADER_VERDICTS_H
#define XDPTAP_LOADER_VERDICTS_H

#include "loader/traced.h"
#include "pin/reason.h"
#include "pin/tap_name.h"

/* Creates and pins the maps. Returns 0 or -errno. */
int verdicts_create(const struct tap_name *name);

/*
 * Makes what is counted follow the list, in the maps that are pinned, whatever was done before or
 * left half-done: begins with those that are new, ends with those that are not in it; sets
 * traced.member. Returns 0, or -errno with the reason, in the words of trace_link_refusal() and
 * with its hint as a second line; then some may be counted.
 */
int verdicts_follow(const struct tap_name *name, struct traced_list *l, struct reason *why);

#endif
