/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exclusive locks by flock(2) on what lies in bpffs; they go with the process.
 * Loader commands lock a tap's directory; the one reader of a ring locks the
 * tap's meta pin, which is another inode and goes away with that ring.
 */
#ifndef XDPTAP_PIN_LOCK_H
#define XDPTAP_PIN_LOCK_H

#include <sys/types.h>

/* Returns 0, -EWOULDBLOCK if another open file holds it, or -errno. */
int lock_try(int fd);

/* Waits for the lock. Returns 0, -EINTR after a signal, or -errno. */
int lock_wait(int fd);

/* The process that holds the flock on this inode, 0 if that can't be known. */
pid_t lock_holder(int fd);

/*
 * Whether anyone holds it, without trying to take it. Returns 1 and the process
 * in *holder, 0, or -errno if that can't be known: -ENODATA in a PID namespace
 * other than the first, from which the locks of processes outside are hidden.
 */
int lock_held(int fd, pid_t *holder);

#endif
