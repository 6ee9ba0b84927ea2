/* SPDX-License-Identifier: BSD-2-Clause */
/* The system calls that reader and stats make in their loops, and no others. */
#ifndef XDPTAP_PIN_CLI_CONFINE_CALLS_H
#define XDPTAP_PIN_CLI_CONFINE_CALLS_H

/*
 * Limits the system calls of this process, which is to have no_new_privs: it can't execute
 * programs, make processes or sockets, trace others, load or create anything of BPF, make memory
 * executable, or type into its terminal. Such a call fails with ENOSYS. Returns 0, or -errno if
 * the kernel has no such filters or refuses this one.
 */
int confine_calls(void);

#endif
