/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tap's directory in bpffs as the loader's commands change it: created,
 * locked for as long as a command works on it, removed with all our pins.
 */
#ifndef XDPTAP_DIR_H
#define XDPTAP_DIR_H

#include <stdbool.h>

/*
 * Locks the tap's directory exclusively; waits, and says so, while another
 * loader holds it. With `create` it is made where it is missing, and *created
 * tells. Returns an fd, whose close() unlocks, or -errno; -ENOENT without
 * `create` if there is none.
 */
int dir_lock(const char *bpffs, const char *ifname, bool create, bool *created);

/*
 * Removes our pins, meta first, then the directory and, if it was the last
 * one, BPFFS/xdptap. What is missing is no error. Returns 0 or -errno;
 * -ENOTEMPTY if there are files that are not ours. Hold the lock.
 */
int dir_remove(const char *bpffs, const char *ifname);

#endif
