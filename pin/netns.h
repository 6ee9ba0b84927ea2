/* SPDX-License-Identifier: BSD-2-Clause */
/* Visits network namespaces. */
#ifndef XDPTAP_PIN_NETNS_H
#define XDPTAP_PIN_NETNS_H

#include <limits.h>

#include <linux/types.h>

/*
 * Calls visit(arg) in each network namespace that a thread is in, or that an open file or a mount
 * holds, until it returns another value than 0. One that only a socket holds is not found,
 * nor an interface that is moved meanwhile. The calling thread is in its own namespace again
 * afterwards. Returns what visit() returned last; or -ENODATA if this PID namespace hides
 * processes; or -errno, -EPERM or -EACCES if that takes CAP_SYS_ADMIN and CAP_SYS_PTRACE.
 */
int netns_visit_all(int (*visit)(void *arg), void *arg);

/*
 * Finds the namespace with this inode, in the same places. Returns 1 and writes the path by which
 * netns_visit() gets there; 0 if there is none; or -errno as above.
 */
int netns_find(__u32 inode, char path[PATH_MAX]);

/*
 * Calls visit(arg) in the namespace of this path, if it still has this inode. Returns what visit()
 * returned, -ESTALE if it is another one or none, or -errno.
 */
int netns_visit(const char *path, __u32 inode, int (*visit)(void *arg), void *arg);

#endif
