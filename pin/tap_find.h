/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the tap that a name means: that of the interface, whatever this was called before. */
#ifndef XDPTAP_PIN_TAP_FIND_H
#define XDPTAP_PIN_TAP_FIND_H

#include "pin/reason.h"
#include "pin/tap_name.h"

/*
 * Finds the tap of the interface with this index in this network namespace; it is pinned under
 * the name that the interface had when it was attached. Returns 1, and `ifname` gets that name; 0
 * if there is none, or it is not for this user; or -errno and the reason.
 */
int tap_find_interface(const char *bpffs, __u32 ifindex, char ifname[IF_NAMESIZE],
		       struct reason *reason);

/*
 * Finds the tap that `word` means: of the interface that has this name or alternative name;
 * otherwise the one whose pins have this name. `ifname` gets the name of the pins. If there is
 * no tap, it gets the name under which that interface would have one. Returns 0, or -errno and
 * the reason:
 *   -ENODEV    there is neither an interface nor a tap of this name
 *   -ENOTUNIQ  this interface has no tap, and the pins of this name are another interface's,
 *              which had the name before
 *   -errno     that can't be found out
 */
int tap_find(const char *bpffs, const char *word, char ifname[IF_NAMESIZE], struct reason *reason);

#endif
