/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may open a tap: root, and the members of its group if it has one. The permissions of its
 * directory and pins say so, and nothing else. For all three tools.
 */
#ifndef XDPTAP_PIN_PERMISSION_H
#define XDPTAP_PIN_PERMISSION_H

#include <stdbool.h>
#include <sys/types.h>

#include "pin/reason.h"
#include "pin/tap_name.h"

/* Members of a tap's group may pass through its directory, but not open it: so they can't lock it,
 * see lock.h. */
#define PERMISSION_TAP_DIR 0710

/* Returns whether a group has the tap, but not everybody, and sets *gid to it. */
bool permission_group(const struct tap_name *name, gid_t *gid);

/* Writes the name of a group, or its number if it has no name. Returns buf. */
#define PERMISSION_NAME_MAX 64
const char *permission_group_name(char buf[PERMISSION_NAME_MAX], gid_t gid);

/*
 * Sets reason->hint to the next step of a user who may not open a pin of this tap; or, if
 * name->ifname is NULL, may not list the taps.
 */
void permission_explain(const struct tap_name *name, struct reason *reason);

/*
 * Returns whether members of the group may pass through all directories down to `bpffs`. If not,
 * `dir` gets the first one that keeps them out, and *mode its permissions.
 */
bool permission_reaches(const char *bpffs, gid_t gid, char dir[PATH_MAX], mode_t *mode);

#endif
