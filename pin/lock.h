/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exclusive locks by flock(2) on files in bpffs; they end with the process. Commands of the loader
 * lock the directory of a tap. The reader locks the meta pin of the tap, which is another inode
 * and disappears together with the ring buffers.
 */
#ifndef XDPTAP_PIN_LOCK_H
#define XDPTAP_PIN_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

/* Returns 0, -EWOULDBLOCK if another open file holds it, or -errno. */
int lock_try(int fd);

/* Waits for the lock. Returns 0, -EINTR after a signal, or -errno. */
int lock_wait(int fd);

/* Returns the process that holds the lock on this inode, or 0 if that can't be found out. */
pid_t lock_holder(int fd);

/*
 * Finds out whether a process holds the lock, without trying to take it. Returns 1 and sets
 * *holder, or 0, or -errno if that can't be found out: -ENODATA in any PID namespace except the
 * first, which hides the locks of processes outside.
 */
int lock_held(int fd, pid_t *holder);

/* Returns whether /proc shows all processes and their locks: in the first PID namespace alone. */
bool lock_sees_all(void);

#endif
