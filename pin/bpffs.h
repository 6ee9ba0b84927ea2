/* SPDX-License-Identifier: BSD-2-Clause */
/* The BPF filesystem, in which all maps are pinned. */
#ifndef XDPTAP_PIN_BPFFS_H
#define XDPTAP_PIN_BPFFS_H

#include <stdbool.h>

#define BPFFS_DEFAULT "/sys/fs/bpf"

/* Returns 0 if `path` is in a BPF filesystem, -ENOENT if not or if there is none; or -errno. */
int bpffs_find(const char *path);

/* Returns whether `path` is certainly in a BPF filesystem. */
bool bpffs_mounted(const char *path);

/*
 * Mounts a BPF filesystem at the directory `path`, as iproute2 does; `for_all` users to pass
 * through, but not to list. Returns 0 or -errno: -EPERM without CAP_SYS_ADMIN, -ENOENT if there is
 * no such directory, -ENOTEMPTY if the mount would hide files in it.
 */
int bpffs_mount(const char *path, bool for_all);

#endif
