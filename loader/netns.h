/* SPDX-License-Identifier: BSD-2-Clause */
/* Visits all network namespaces of the machine. */
#ifndef XDPTAP_LOADER_NETNS_H
#define XDPTAP_LOADER_NETNS_H

/*
 * Calls visit(arg) in each network namespace that a thread is in, or that an open file or a mount
 * holds, until it returns another value than 0. One that only a socket holds is not found,
 * nor an interface that is moved meanwhile. The
 * calling thread is in its own namespace again afterwards. Returns what visit() returned last; or
 * -ENODATA if this PID namespace hides processes; or -errno, -EPERM or -EACCES if that takes
 * CAP_SYS_ADMIN and CAP_SYS_PTRACE.
 */
int netns_visit_all(int (*visit)(void *arg), void *arg);

#endif
