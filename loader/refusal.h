/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said if the kernel's verifier refuses the program; used by attach.c, successor.c, set.c.
 */
#ifndef XDPTAP_LOADER_REFUSAL_H
#define XDPTAP_LOADER_REFUSAL_H

#include <stdbool.h>

#include "loader/program.h"

/*
 * Whether the program with these settings, which could not be loaded for this error, was refused
 * because of its filter: without one the verifier takes it. False if this process may not load it.
 */
bool refusal_of_filter(int err, const struct capture_settings *settings);

/* Returns the next step after EPERM or EACCES: which capabilities are missing to load and attach a
 * program. */
const char *refusal_permission(void);

/* Prints it. */
void refusal_permission_hint(void);

/* Prints, with --debug, the last lines of what the verifier said about the last program that it
 * refused since log_forget(). */
void refusal_say_lines(void);

/* Prints the next step after the refusal of a filter. */
void refusal_hint(void);

#endif
