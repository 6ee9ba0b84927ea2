/* SPDX-License-Identifier: BSD-2-Clause */
/* Which entry of XDPTAP_MAP_MEMBERS belongs to which program; for verdicts.c. */
#ifndef XDPTAP_LOADER_MEMBERS_H
#define XDPTAP_LOADER_MEMBERS_H

#include "loader/traced.h"

/*
 * Gives each program of the list an entry, and sets traced.member to its index: that which it has
 * already, that of one of the same name which has left, or a free one. Fills the entries, but
 * leaves tap_member.traced as it is: set if it was traced before. Others keep their entries, with
 * `traced` 0. Returns 0, or -ENOSPC if there is no room.
 */
int members_assign(struct traced_list *l, struct tap_member members[XDPTAP_MEMBERS_MAX]);

#endif
