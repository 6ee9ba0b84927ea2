// SPDX-License-Identifier: BSD-2-Clause
/* Creating, locking and removing a tap's directory; for attach and detach. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/dir.h"
#include "pin/diag.h"
#include "pin/lock.h"
#include "pin/tap.h"

static int make(const char *bpffs, const char *path, bool *created)
{
	char root[PATH_MAX];
	int err;

	if (snprintf(root, sizeof(root), "%s/" TAP_ROOT, bpffs) >= PATH_MAX)
		return -ENAMETOOLONG;
	*created = false;
	do {
		if (mkdir(root, 0700) && errno != EEXIST)
			return -errno;
		if (!mkdir(path, 0700)) {
			*created = true;
			return 0;
		}
		err = -errno; /* ENOENT: someone has just removed the empty root */
	} while (err == -ENOENT);
	if (err == -EEXIST)
		return 0;
	rmdir(root); /* if it is empty, we made it */
	return err;
}

/* Takes the lock, or waits for it and says for whom. */
static int take(int fd, const char *ifname)
{
	int err = lock_try(fd);
	pid_t pid;

	if (err != -EWOULDBLOCK)
		return err;
	pid = lock_holder(fd);
	if (pid)
		diag_note("%s: waiting for another xdptap-loader (pid %d)", ifname, pid);
	else
		diag_note("%s: waiting for another xdptap-loader", ifname);
	return lock_wait(fd);
}

int dir_lock(const char *bpffs, const char *ifname, bool create, bool *created)
{
	struct stat locked, there;
	char path[PATH_MAX];
	bool made = false;
	int fd, err;

	err = tap_path(path, bpffs, ifname, NULL);
	if (err)
		return err;

	for (;;) {
		if (create) {
			err = make(bpffs, path, &made);
			if (err)
				return err;
		}
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && create)
			continue; /* removed in between */
		if (fd < 0)
			return -errno;
		err = take(fd, ifname);
		if (err) {
			close(fd);
			return err;
		}
		/* While we waited it may have been removed, even made anew: the
		 * lock counts only if it is on what the path names now. */
		if (!fstat(fd, &locked) && !stat(path, &there) && locked.st_ino == there.st_ino)
			break;
		close(fd);
	}
	if (created)
		*created = made;
	return fd;
}

int dir_remove(const char *bpffs, const char *ifname)
{
	static const char *const pins[] = { XDPTAP_MAP_META, XDPTAP_MAP_STATS, XDPTAP_MAP_RING };
	char path[PATH_MAX];
	int err;

	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		err = tap_path(path, bpffs, ifname, pins[i]);
		if (err)
			return err;
		if (unlink(path) && errno != ENOENT)
			return -errno;
	}
	err = tap_path(path, bpffs, ifname, NULL);
	if (err)
		return err;
	if (rmdir(path) && errno != ENOENT)
		return -errno;
	snprintf(path, sizeof(path), "%s/" TAP_ROOT, bpffs);
	if (rmdir(path) && errno != ENOENT && errno != ENOTEMPTY)
		return -errno;
	return 0;
}
