/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tap's directory in bpffs as the loader's commands change it: it is created, locked while
 * a command works on it, and removed with all pins of ours.
 */
#ifndef XDPTAP_LOADER_DIR_H
#define XDPTAP_LOADER_DIR_H

#include <stdbool.h>

struct tap_name;

/*
 * Locks the tap's directory exclusively, creating it first if `create` is set. While another
 * loader holds the lock, says so and waits; blocked signals can end that wait all the same.
 * Returns a descriptor of the directory, whose close() unlocks it; or -errno, -ENOENT if
 * there is no directory and `create` is not set.
 */
int dir_lock(const struct tap_name *name, bool create);

/* Returns whether the directory of this descriptor holds no pins. */
bool dir_empty(int dir_fd);

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
