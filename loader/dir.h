/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tap's directory in bpffs as the loader's commands change it: created,
 * locked for as long as a command works on it, removed with all our pins.
 */
#ifndef XDPTAP_LOADER_DIR_H
#define XDPTAP_LOADER_DIR_H

#include <stdbool.h>

struct tap_name;

/*
 * Locks the tap's directory exclusively. While another loader holds it, waits,
 * and says so; signals that are blocked can end that wait all the same. With
 * `create` it is made where it is missing. Returns an fd, whose close() unlocks,
 * or -errno; -ENOENT without `create` if there is none.
 */
int dir_lock(const struct tap_name *name, bool create);

/* Whether there are no pins in it. `fd` is what dir_lock() gave. */
bool dir_empty(int fd);

/* Removes our pins, meta first. What is missing is no error. Returns 0 or -errno. */
int dir_clear(const struct tap_name *name);

/*
 * The same, then the directory and, if it was the last one, BPFFS/xdptap.
 * Returns 0 or -errno; -ENOTEMPTY if there are files that are not ours. Hold
 * the lock.
 */
int dir_remove(const struct tap_name *name);

#endif
