// SPDX-License-Identifier: BSD-2-Clause
/* Creating, locking and removing a tap's directory; for attach and detach. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/dir.h"
#include "pin/cli/diag.h"
#include "pin/lock.h"
#include "pin/tap.h"

static int root_path(char buf[PATH_MAX], const char *bpffs)
{
	return snprintf(buf, PATH_MAX, "%s/" TAP_NAME_ROOT, bpffs) >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int make(const char *bpffs, const char *path)
{
	char root[PATH_MAX];
	int err;

	err = root_path(root, bpffs);
	if (err)
		return err;
	do {
		if (mkdir(root, 0700) && errno != EEXIST)
			return -errno;
		if (!mkdir(path, 0700))
			return 0;
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
	sigset_t none, blocked;
	pid_t pid;

	if (err != -EWOULDBLOCK)
		return err;
	pid = lock_holder(fd);
	if (pid)
		diag_note("%s: waiting for another xdptap-loader (pid %d)", ifname, pid);
	else
		diag_note("%s: waiting for another xdptap-loader", ifname);
	/* Nothing is ours yet that a signal could leave behind. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, &blocked);
	err = lock_wait(fd);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	return err;
}

int dir_lock(const struct tap_name *name, bool create)
{
	struct stat locked, there;
	char path[PATH_MAX];
	int fd, err;

	err = tap_name_path(path, name, NULL);
	if (err)
		return err;

	for (;;) {
		if (create) {
			err = make(name->bpffs, path);
			if (err)
				return err;
		}
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && create)
			continue; /* removed in between */
		if (fd < 0)
			return -errno;
		err = take(fd, name->ifname);
		if (err) {
			close(fd);
			return err;
		}
		/* While we waited it may have been removed, even made anew: the
		 * lock counts only if it is on what the path names now. */
		if (!fstat(fd, &locked) && !stat(path, &there) && locked.st_ino == there.st_ino)
			return fd;
		close(fd);
	}
}

bool dir_empty(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* closedir() closes its own */
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *ent;
	bool empty = true;

	if (!d) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	rewinddir(d);
	while (empty && (ent = readdir(d)))
		empty = ent->d_name[0] == '.';
	closedir(d);
	return empty;
}

static int unpin(const struct tap_name *name, const char *pin)
{
	char path[PATH_MAX];
	int err;

	err = tap_name_path(path, name, pin);
	if (err)
		return err;
	return unlink(path) && errno != ENOENT ? -errno : 0;
}

/* However many there are: an attach may have been killed as it made them. */
static int unpin_more_rings(const struct tap_name *name)
{
	char path[PATH_MAX];
	struct dirent *ent;
	int err;
	DIR *d;

	err = tap_name_path(path, name, NULL);
	if (err)
		return err;
	d = opendir(path);
	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (ent = readdir(d)))
		if (!strncmp(ent->d_name, XDPTAP_MAP_RING_PREFIX, strlen(XDPTAP_MAP_RING_PREFIX)))
			err = unpin(name, ent->d_name);
	closedir(d);
	return err;
}

int dir_clear(const struct tap_name *name)
{
	/* The ring last: by it detach finds the program. */
	static const char *const pins[] = { XDPTAP_MAP_STATS,   XDPTAP_MAP_FLOWS,
					    XDPTAP_MAP_FLUSHED, XDPTAP_MAP_DOORBELL,
					    XDPTAP_MAP_WAKEUP,  XDPTAP_MAP_RING };
	int err;

	err = unpin(name, XDPTAP_MAP_META);
	if (!err)
		err = unpin_more_rings(name);
	for (size_t i = 0; !err && i < sizeof(pins) / sizeof(pins[0]); i++)
		err = unpin(name, pins[i]);
	return err;
}

int dir_remove(const struct tap_name *name)
{
	char path[PATH_MAX];
	int err;

	err = dir_clear(name);
	if (!err)
		err = tap_name_path(path, name, NULL);
	if (err)
		return err;
	if (rmdir(path) && errno != ENOENT)
		return -errno;
	err = root_path(path, name->bpffs);
	if (err)
		return err;
	return rmdir(path) && errno != ENOENT && errno != ENOTEMPTY ? -errno : 0;
}
