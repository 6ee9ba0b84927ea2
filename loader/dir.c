// SPDX-License-Identifier: BSD-2-Clause
/* Creates, locks and removes the directory of a tap; used by attach and detach. */
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
#include "pin/cli/tap_error.h"
#include "pin/entry.h"
#include "pin/lock.h"
#include "pin/tap.h"

/* How often to begin again because another loader has just removed the directory. Each time that is
 * one that had the lock; more of them than this is something else, and must not last for ever. */
#define TRIES 1000

static int root_path(char buf[PATH_MAX], const char *bpffs)
{
	return snprintf(buf, PATH_MAX, "%s/" TAP_NAME_ROOT, bpffs) >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/*
 * In a BPF filesystem in which all users may write, another user could have made the directory, or
 * a link of its name, and could replace what is in it. Returns 0 if it is safe, or not there.
 */
static int check_root(const char *bpffs)
{
	char root[PATH_MAX];
	struct stat st;
	int err;

	err = root_path(root, bpffs);
	if (err)
		return err;
	if (lstat(root, &st))
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(st.st_mode) && (!st.st_uid || st.st_uid == geteuid()))
		return 0;
	if (S_ISDIR(st.st_mode))
		diag_error("%s belongs to another user; remove it", root);
	else
		diag_error("%s is not a directory; remove it", root);
	return -EEXIST;
}

static int make(const char *bpffs, const char *path)
{
	char root[PATH_MAX];
	int err;

	err = root_path(root, bpffs);
	if (err)
		return err;
	err = -ENOENT; /* also later: somebody has just removed the empty root */
	for (int i = 0; i < TRIES && err == -ENOENT; i++) {
		if (mkdir(root, 0700) && errno != EEXIST)
			return -errno;
		if (!mkdir(path, 0700))
			return 0;
		err = -errno;
	}
	if (err == -EEXIST)
		return 0;
	rmdir(root); /* if it is empty, we have made it */
	return err;
}

/* Takes the lock, or says who has it and waits. As lock_wait(). */
static int take(int fd, const char *ifname, pid_t *stranger)
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
	/* There is nothing yet that a signal could leave half-done. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, &blocked);
	err = lock_wait(fd, stranger);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	return err;
}

/* Returns 1 if the path still names the directory of this descriptor, 0 if not, or -errno. */
static int is_named(int dir_fd, const char *path)
{
	struct stat opened, there;

	if (fstat(dir_fd, &opened))
		return -errno;
	if (stat(path, &there))
		return errno == ENOENT ? 0 : -errno;
	return opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

void dir_discard(const struct tap_name *name, int dir_fd)
{
	char path[PATH_MAX];

	if (!tap_name_path(path, name, NULL) && is_named(dir_fd, path) > 0 && !rmdir(path))
		dir_remove_root(name->bpffs);
}

static int open_locked(const struct tap_name *name, bool create, pid_t *stranger)
{
	char path[PATH_MAX];
	int fd, err;

	err = tap_name_path(path, name, NULL);
	if (err)
		return err;

	for (int i = 0; i < TRIES; i++) {
		err = check_root(name->bpffs);
		if (!err && create)
			err = make(name->bpffs, path);
		if (err)
			return err;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && create)
			continue; /* removed in between */
		if (fd < 0)
			return -errno;
		err = take(fd, name->ifname, stranger);
		if (err) {
			close(fd);
			return err;
		}
		/* While we waited, it may have been removed, and even made again: the lock
		 * counts only if it is on what the path names now. */
		err = is_named(fd, path);
		if (err > 0)
			return fd;
		if (err && create)
			dir_discard(name, fd);
		close(fd);
		if (err)
			return err;
	}
	return -ESTALE;
}

int dir_lock(const struct tap_name *name, bool create)
{
	pid_t stranger = 0;
	int fd = open_locked(name, create, &stranger);

	if (fd < 0 && (create || fd != -ENOENT))
		tap_error_lock(name, create, fd, stranger);
	return fd;
}

/* Opens the directory for reading through a descriptor of its own, or returns NULL and errno. */
static DIR *open_entries(int dir_fd)
{
	int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy); /* closedir() closes the copy */

	if (!d && copy >= 0)
		close(copy);
	return d;
}

int dir_entry(int dir_fd, char entry[NAME_MAX + 1])
{
	DIR *d = open_entries(dir_fd);
	const char *name;
	int err;

	if (!d)
		return -errno;
	while ((name = entry_next(d, &err)) && *name == '.')
		;
	if (name)
		snprintf(entry, NAME_MAX + 1, "%s", name);
	closedir(d);
	return name ? 1 : err;
}

/* A directory of this name is no pin, and stays. */
static int unpin(int dir_fd, const char *pin)
{
	return unlinkat(dir_fd, pin, 0) && errno != ENOENT && errno != EISDIR ? -errno : 0;
}

/* All pins whose names begin so, whatever their number: attach may have been killed while it made
 * them. */
static int unpin_all(int dir_fd, const char *prefix)
{
	DIR *d = open_entries(dir_fd);
	const char *entry;
	int err;

	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = entry_next(d, &err))) {
		if (strncmp(entry, prefix, strlen(prefix)) != 0)
			continue;
		err = unpin(dir_fd, entry);
		if (err)
			break;
	}
	closedir(d);
	return err;
}

int dir_clear(int dir_fd)
{
	/* The ring comes last: detach finds the program by it. */
	static const char *const pins[] = {
		DIR_NEW_META,       XDPTAP_MAP_MEMBERS, XDPTAP_MAP_VERDICTS, XDPTAP_MAP_LATEST,
		XDPTAP_MAP_ERRORS,  XDPTAP_MAP_STATS,   XDPTAP_MAP_CONTROL,  XDPTAP_MAP_SETTINGS,
		XDPTAP_MAP_DECIDED, XDPTAP_MAP_FLOWS,   XDPTAP_MAP_FLUSHED,  XDPTAP_MAP_DOORBELL,
		XDPTAP_MAP_WAKEUP,  XDPTAP_MAP_RING
	};
	static const char *const prefixes[] = {
		XDPTAP_LINK_EVEN,      XDPTAP_LINK_ODD,      XDPTAP_LINK_VERDICT_PREFIX,
		XDPTAP_LINK_EXCEPTION, XDPTAP_LINK_REDIRECT, XDPTAP_MAP_RING_PREFIX
	};
	int err;

	err = unpin(dir_fd, XDPTAP_MAP_META);
	for (size_t i = 0; !err && i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		err = unpin_all(dir_fd, prefixes[i]);
	for (size_t i = 0; !err && i < sizeof(pins) / sizeof(pins[0]); i++)
		err = unpin(dir_fd, pins[i]);
	return err;
}

int dir_remove_root(const char *bpffs)
{
	char path[PATH_MAX];
	int err;

	err = root_path(path, bpffs);
	if (err)
		return err;
	return rmdir(path) && errno != ENOENT && errno != ENOTEMPTY ? -errno : 0;
}

int dir_remove(const struct tap_name *name, int dir_fd)
{
	char path[PATH_MAX];
	int err;

	err = dir_clear(dir_fd);
	if (!err)
		err = tap_name_path(path, name, NULL);
	if (err)
		return err;
	/* If the path names another directory by now, that is not ours to remove. */
	err = is_named(dir_fd, path);
	if (err <= 0)
		return err;
	if (rmdir(path) && errno != ENOENT)
		return -errno;
	return dir_remove_root(name->bpffs);
}
