/* SPDX-License-Identifier: BSD-2-Clause */
/* Says why a tap could not be listed or opened, and the next step. */
#ifndef XDPTAP_PIN_CLI_TAP_ERROR_H
#define XDPTAP_PIN_CLI_TAP_ERROR_H

#include <stdbool.h>
#include <sys/types.h>

#include "pin/reason.h"
#include "pin/tap_name.h"

/* Prints why tap_name_list() returned `err` (-errno). */
void tap_error_list(const char *bpffs, int err);

/* Prints why tap_open() or tap_find() returned `err` (-errno) with this reason. */
void tap_error_open(const char *ifname, int err, const struct reason *reason);

/* Prints why the directory of the tap can't be locked, or before that opened, or created if
 * `create` is set; `stranger` is that of lock_wait().
 */
void tap_error_lock(const struct tap_name *name, bool create, int err, pid_t stranger);

#endif
