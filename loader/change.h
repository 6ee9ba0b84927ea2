/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts a program with other settings in the place of that in force; for set. */
#ifndef XDPTAP_LOADER_CHANGE_H
#define XDPTAP_LOADER_CHANGE_H

#include <stdbool.h>

#include "loader/program.h"
#include "loader/traced.h"
#include "loader/turn.h"
#include "pin/tap.h"

/* The tap that is changed. */
struct target {
	struct tap_name name;
	struct tap tap;
	struct turn turn;
	int settings_fd;
	__u32 map_id;
	struct traced_list traced; /* what the new program is going to trace, or is counted */
};

/*
 * Puts a program with these settings in the place of that in force. Returns 0, and in *record what
 * is in force then; or -errno with the reason. Then nothing has changed, unless
 * t->turn.control->turn is not settled: whose turn it is could not be found out.
 */
int change_make(struct target *t, struct capture_settings *settings, struct tap_settings *record,
		struct reason *why);

/* Whether the programs in force are at the exit of those that t->traced lists, and of no others. */
bool change_traces(const struct target *t);

/* Detaches the program of this tap that is not in force. Returns 0 or -errno. */
int change_detach_other(const struct target *t, __u32 in_force);

/* Finds the first program of this tap on its interface; *id is 0 if there is none. Returns 0 or
 * -errno. */
int change_first_program(const struct target *t, __u32 *id);

#endif
