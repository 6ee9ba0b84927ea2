/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `attach ... group NAME`: lets the members of a group read a tap. Whatever a reader writes they
 * may read and write, what readers and xdptap-stats only look at they may read, and the rest is
 * left to root: what would change the tap, or lock out commands of the loader.
 */
#ifndef XDPTAP_LOADER_GROUP_H
#define XDPTAP_LOADER_GROUP_H

#include <stdbool.h>
#include <sys/types.h>

struct tap_name;

/* Finds the group of this name, or with this number. Returns whether there is one. */
bool group_find(const char *word, gid_t *gid);

/*
 * Gives the directory `dir_fd` of a tap, all that is pinned in it, and the way to it in
 * BPFFS/xdptap, to the group. Returns 0; or -errno: -EPERM if this takes CAP_CHOWN.
 */
int group_give(int dir_fd, gid_t gid);

/*
 * Gives the meta record, which is pinned as DIR_NEW_META, to the group and puts it in its place: so
 * members can open the tap from the moment at which it is there. As above.
 */
int group_give_meta(int dir_fd, gid_t gid);

/* Says so if members of the group can't reach the BPF filesystem, and what helps. */
void group_say_unreachable(const struct tap_name *name, gid_t gid);

#endif
