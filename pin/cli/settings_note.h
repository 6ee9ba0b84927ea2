/* SPDX-License-Identifier: BSD-2-Clause */
/* A message that says what a tap captures. */
#ifndef XDPTAP_PIN_CLI_SETTINGS_NOTE_H
#define XDPTAP_PIN_CLI_SETTINGS_NOTE_H

#include "pin/in_force.h"

/* Prints "IFNAME: BEFORE" and the settings in force, the expression last: it may hold any words. */
void settings_note(const char *ifname, const char *before, const struct in_force *f);

#endif
