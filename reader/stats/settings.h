/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings in force of a tap, in each form that xdptap-stats has. */
#ifndef XDPTAP_READER_STATS_SETTINGS_H
#define XDPTAP_READER_STATS_SETTINGS_H

#include <stdio.h>

#include "pin/in_force.h"

struct json_object;

/*
 * Adds the keys sample and paused to an object; and if there is such a thing, filter, traced (if it
 * is one program), and actions of a tap whose events are made at exit.
 */
void settings_add_json(struct json_object *o, const struct in_force *f);

/* Prints a line for each that keeps frames from becoming events, and for what is traced. */
void settings_print(FILE *out, const struct in_force *f);

#endif
