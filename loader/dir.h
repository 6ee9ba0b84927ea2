/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tap's directory in bpffs as the loader's commands change it: it is created, locked while
 * a command works on it, and removed with all pins of ours.
 */
#ifndef XDPTAP_LOADER_DIR_H
#define XDPTAP_LOADER_DIR_H

#include <limits.h>
#include <stdbool.h>

struct tap_name;

/* What the meta record is called until it has the permissions that it is to have. */
#define DIR_NEW_META "new_meta"

/*
 * Locks the tap's directory exclusively, creating it first if `create` is set. While another
 * loader holds the lock, says so and waits; blocked signals can end that wait all the same.
 * Returns a descriptor of the directory, whose close() unlocks it; or -errno after saying why,
 * but -ENOENT, without a word, if there is no directory and `create` is not set.
 */
int dir_lock(const struct tap_name *name, bool create);

/* Removes the directory of this descriptor, if it is empty, as an attach that gives up. Hold the
 * lock. */
void dir_discard(const struct tap_name *name, int dir_fd);

/* Gets a name in the directory of this descriptor. Returns 1, 0 if it is empty, or -errno. */
int dir_entry(int dir_fd, char entry[NAME_MAX + 1]);

/*
 * Removes our pins from the directory of this descriptor, meta first. A pin that is missing
 * is no error. Returns 0 or -errno. Hold the lock.
 */
int dir_clear(int dir_fd);

/*
 * Clears the directory `dir_fd`, and removes it and, if it was the last one, BPFFS/xdptap.
 * Returns 0 or -errno; -ENOTEMPTY if there are files of somebody else. Hold the lock.
 */
int dir_remove(const struct tap_name *name, int dir_fd);

/* Removes BPFFS/xdptap if it is empty, as an attach that was killed early may leave it. */
int dir_remove_root(const char *bpffs);

#endif
