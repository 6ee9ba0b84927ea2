/* SPDX-License-Identifier: BSD-2-Clause */
/* The BPF filesystem, in which everything is pinned. */
#ifndef XDPTAP_PIN_BPFFS_H
#define XDPTAP_PIN_BPFFS_H

#include <stdbool.h>

#define BPFFS_DEFAULT "/sys/fs/bpf"

/* Whether `path` is in a BPF filesystem; false too if it does not exist. */
bool bpffs_mounted(const char *path);

/*
 * Mounts a BPF filesystem at the directory `path`, as iproute2 does. Returns 0
 * or -errno: -EPERM without CAP_SYS_ADMIN, -ENOENT without the directory,
 * -ENOTEMPTY if a mount would hide what is in it.
 */
int bpffs_mount(const char *path);

#endif
