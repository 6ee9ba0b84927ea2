// SPDX-License-Identifier: BSD-2-Clause
/* Finding and mounting the BPF filesystem. */
#include <errno.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "pin/bpffs.h"

bool bpffs_mounted(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

int bpffs_mount(const char *path)
{
	/* Kept from other mount namespaces: /sys is shared by default, and a
	 * private network namespace must not leave its pins in the host's. */
	if (mount("", path, "none", MS_PRIVATE | MS_REC, NULL)) {
		/* EINVAL: not a mount point yet. */
		if (errno != EINVAL || mount(path, path, "none", MS_BIND, NULL) ||
		    mount("", path, "none", MS_PRIVATE | MS_REC, NULL))
			return -errno;
	}
	return mount("bpf", path, "bpf", 0, "mode=0700") ? -errno : 0;
}
