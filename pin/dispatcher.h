/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dispatchers that are on no interface, most often since that is gone. libxdp pins the programs of
 * a dispatcher, and the links between them; when a network namespace with its interfaces is
 * deleted, these pins keep all of it loaded.
 */
#ifndef XDPTAP_PIN_DISPATCHER_H
#define XDPTAP_PIN_DISPATCHER_H

#include <stdbool.h>

#include <linux/types.h>

/* The name of the program that calls the members, and how many these are at most. */
#define DISPATCHER_NAME "xdp_dispatcher"
#define DISPATCHER_MAX  10 /* MAX_DISPATCHER_ACTIONS of libxdp */

/*
 * Returns whether programs that use the map with this id are in dispatchers of libxdp, pinned in
 * `bpffs`, of which none is on an interface of any network namespace; false also if that can't be
 * found out.
 */
bool dispatcher_is_dead(const char *bpffs, __u32 map_id);

/*
 * Returns whether a program is a member of this dispatcher of libxdp, on this interface of this
 * network namespace: 1 or 0, or -errno if that can't be found out.
 */
int dispatcher_has(const char *bpffs, __u32 ifindex, __u32 dispatcher_id, __u32 prog_id);

/*
 * Opens the members of this dispatcher of libxdp, in the order in which they run. Returns how many
 * there are, and the caller closes fds; -ENOENT if libxdp pinned no such dispatcher in `bpffs`; or
 * -errno if that can't be found out.
 */
int dispatcher_open(const char *bpffs, __u32 ifindex, __u32 dispatcher_id, int fds[DISPATCHER_MAX]);

/*
 * Removes libxdp's pins of all such dispatchers that are dead, which unloads them and all their
 * programs; if `ifindex` is not 0, also of those that were made for this interface of this network
 * namespace: libxdp leaves them if it is killed before it attaches them, or after it has replaced
 * them, or while it tests what the kernel can do. Returns 0, also if they are not dead or that
 * can't be found out; or -errno. Holds libxdp's lock meanwhile.
 */
int dispatcher_remove_dead(const char *bpffs, __u32 map_id, __u32 ifindex);

#endif
