// SPDX-License-Identifier: BSD-2-Clause
/* Finds and mounts the BPF filesystem; used by all three tools. */
#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "pin/bpffs.h"

bool bpffs_mounted(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

static int check_empty(const char *path)
{
	struct dirent *ent;
	int err = 0;
	DIR *d;

	d = opendir(path);
	if (!d)
		return -errno;
	while (!err && (ent = readdir(d)))
		if (strcmp(ent->d_name, ".") && strcmp(ent->d_name, ".."))
			err = -ENOTEMPTY;
	closedir(d);
	return err;
}

int bpffs_mount(const char *path)
{
	int err = check_empty(path);

	if (err)
		return err;
	/* Private, so that other mount namespaces don't see it: /sys is shared by default, and
	 * a private network namespace must not leave its pins on the host. */
	if (mount("", path, "none", MS_PRIVATE | MS_REC, NULL)) {
		/* EINVAL: it is not a mount point yet. */
		if (errno != EINVAL || mount(path, path, "none", MS_BIND, NULL) ||
		    mount("", path, "none", MS_PRIVATE | MS_REC, NULL))
			return -errno;
	}
	return mount("bpf", path, "bpf", 0, "mode=0700") ? -errno : 0;
}
