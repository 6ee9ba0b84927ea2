// SPDX-License-Identifier: BSD-2-Clause
/* Finds and mounts the BPF filesystem; used by all three tools. */
#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "pin/bpffs.h"
#include "pin/entry.h"

int bpffs_find(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs))
		return errno == ENOTDIR ? -ENOENT : -errno;
	return fs.f_type == BPF_FS_MAGIC ? 0 : -ENOENT;
}

bool bpffs_mounted(const char *path)
{
	return !bpffs_find(path);
}

static int check_empty(const char *path)
{
	const char *entry;
	int err;
	DIR *d;

	d = opendir(path);
	if (!d)
		return -errno;
	while ((entry = entry_next(d, &err)) && (!strcmp(entry, ".") || !strcmp(entry, "..")))
		;
	closedir(d);
	return entry ? -ENOTEMPTY : err;
}

int bpffs_mount(const char *path, bool for_all)
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
	return mount("bpf", path, "bpf", 0, for_all ? "mode=0711" : "mode=0700") ? -errno : 0;
}
