/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dispatchers whose interface is gone. libxdp pins the programs of a dispatcher, and the links
 * between them; when a network namespace with its interfaces is deleted, these pins keep all of
 * it loaded.
 */
#ifndef XDPTAP_PIN_DISPATCHER_H
#define XDPTAP_PIN_DISPATCHER_H

#include <stdbool.h>

#include <linux/types.h>

/*
 * Returns whether the program that uses the map with this id is in a dispatcher of libxdp, pinned
 * in `bpffs`, that is on no interface of any network namespace; false also if that can't be found
 * out.
 */
bool dispatcher_is_dead(const char *bpffs, __u32 map_id);

/*
 * Removes libxdp's pins of that dispatcher if it is dead, which unloads it and all its programs.
 * Returns 0, also if it is not dead or that can't be found out; or -errno. Holds libxdp's lock
 * meanwhile.
 */
int dispatcher_remove_dead(const char *bpffs, __u32 map_id);

#endif
