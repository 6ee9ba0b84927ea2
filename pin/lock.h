/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exclusive locks by flock(2) on files in bpffs; they end with the process. Who may open a file may
 * hold its lock. Commands of the loader and `xdptap-stats flush` lock the directory of a tap, which
 * only its owner may open. The reader locks the meta pin of the tap, which is another inode and
 * disappears together with the ring buffers; nobody waits for that lock.
 */
#ifndef XDPTAP_PIN_LOCK_H
#define XDPTAP_PIN_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

/* Returns 0, -EWOULDBLOCK if another open file holds it, or -errno. */
int lock_try(int fd);

/*
 * Waits for the lock. Returns 0, -EINTR after a signal, or -errno; -EPERM if a process *holder took
 * it that acts neither as root nor as the owner of the file, or that has ended and left it to
 * another one: that has no business with the lock, and might never end. By polling, since a
 * sleeping flock(2) can't tell who has it now.
 */
int lock_wait(int fd, pid_t *holder);

/* Returns the process that holds the lock on this inode, or 0 if that can't be found out. A
 * descriptor of O_PATH will do, which takes no permission to read the file. */
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
