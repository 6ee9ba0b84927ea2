/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Namespaces of our own, so that nothing is left of what the benchmark attached
 * and pinned, however it ends; and the interfaces in them.
 */
#ifndef XDPTAP_BENCH_SANDBOX_H
#define XDPTAP_BENCH_SANDBOX_H

/*
 * A network namespace, and a mount namespace with an empty BPF filesystem at
 * /sys/fs/bpf. Before any thread is started. Returns 0 or -errno, after
 * bench_fail(), as all here do.
 */
int sandbox_enter(void);

/* A pair of interfaces, down, without IPv6 and so without packets of their own. */
int sandbox_veth(const char *name, const char *peer);
int sandbox_up(const char *name);

/* Both ends. */
int sandbox_veth_delete(const char *name);

/* Attaches a program natively, so that the kernel keeps it ready to be run. */
int sandbox_attach(const char *name, int prog_fd);

#endif
