// SPDX-License-Identifier: BSD-2-Clause
/*
 * Opening what -w names; used by outfile.c. The reader often runs as root, and a name in /tmp can
 * be guessed. Linux has fs.protected_symlinks and its kind against that, but not each machine sets
 * them, and they do not protect the directory of another user.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "pin/cli/stop.h"
#include "reader/outfile_path.h"

#define FIFO_RETRY_MS 100

/* As many links as the kernel follows, and as often others may replace the file meanwhile. */
#define TRIES 40

#define FLAGS (O_CLOEXEC | O_NOCTTY)

/* open(2) would wait until somebody reads the FIFO, even after a signal. */
static int open_fifo(const char *name, int flags)
{
	struct pollfd stop = { .fd = stop_fd(), .events = POLLIN };
	int fd;

	for (;;) {
		fd = open(name, O_WRONLY | O_NONBLOCK | FLAGS | flags);
		if (fd >= 0)
			return fd;
		if (errno != ENXIO && errno != EINTR)
			return -errno;
		if (stop_requested())
			return -EINTR;
		poll(&stop, 1, FIFO_RETRY_MS);
	}
}

/* Opens what is there, for reading too unless that is forbidden: a device may, or an ACL. `flags`:
 * O_NOFOLLOW or 0. */
static int open_existing(const char *name, int flags)
{
	struct stat st;
	int fd;

	if (!fstatat(AT_FDCWD, name, &st, flags ? AT_SYMLINK_NOFOLLOW : 0) && S_ISFIFO(st.st_mode))
		return open_fifo(name, flags);
	fd = open(name, O_RDWR | FLAGS | flags);
	if (fd < 0 && errno == EACCES)
		fd = open(name, O_WRONLY | FLAGS | flags);
	return fd < 0 ? -errno : fd;
}

/* Replaces a link by what it names. Returns 0 or -errno. */
static int read_link(int link, char path[PATH_MAX])
{
	char target[PATH_MAX], *slash = strrchr(path, '/');
	size_t dir = slash ? (size_t)(slash - path) + 1 : 0;
	ssize_t n = readlinkat(link, "", target, sizeof(target));

	if (n < 0)
		return -errno;
	if (n && *target == '/')
		dir = 0;
	if (dir + (size_t)n >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(path + dir, target, (size_t)n);
	path[dir + (size_t)n] = '\0';
	return 0;
}

/*
 * Follows one link, whose owner decided where that leads. Links of /proc, as of /dev/stdout, are
 * left to the kernel: then *end is set. Returns 0, also if it is no link any more, or as
 * outfile_path_open().
 */
static int follow(char path[PATH_MAX], bool *end, const char **why)
{
	int link = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC), err = 0;
	struct statfs fs;
	struct stat st;

	if (link < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(link, &st) || fstatfs(link, &fs)) {
		err = -errno;
	} else if (S_ISLNK(st.st_mode) && fs.f_type == PROC_SUPER_MAGIC) {
		*end = true;
	} else if (S_ISLNK(st.st_mode) && st.st_uid && st.st_uid != geteuid()) {
		*why = "it is a symbolic link of another user";
		err = -EACCES;
	} else if (S_ISLNK(st.st_mode)) {
		err = read_link(link, path);
	}
	close(link);
	return err;
}

/* Returns 0, or as outfile_path_open() if the file may be somebody else's trap. */
static int check_owner(const struct stat *file, const char *path, const char **why)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = ".";
	struct stat in;

	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path) + 1, path);
	if (stat(dir, &in))
		return -errno;
	if (!(in.st_mode & S_IWOTH))
		return 0;
	if (file->st_uid != geteuid() && file->st_uid != in.st_uid)
		*why = "it belongs to another user";
	else if (S_ISREG(file->st_mode) && file->st_nlink > 1)
		*why = "it has another hard link";
	return *why ? -EACCES : 0;
}

/* Opens what exists. Returns a descriptor, or as outfile_path_open(). */
static int open_checked(const char *path, const char **why)
{
	struct stat st;
	int fd, err;

	/* Before it is waited for. */
	err = lstat(path, &st) || !S_ISFIFO(st.st_mode) ? 0 : check_owner(&st, path, why);
	if (err)
		return err;
	fd = open_existing(path, O_NOFOLLOW);
	if (fd < 0)
		return fd;
	err = fstat(fd, &st) ? -errno : check_owner(&st, path, why);
	if (err)
		close(fd);
	return err ?: fd;
}

/* As outfile_path_open(), which calls it again after -EINTR. */
static int open_path(const char *name, const char **why)
{
	char path[PATH_MAX];
	bool end = false;
	int fd, err;

	*why = NULL;
	if (snprintf(path, sizeof(path), "%s", name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	for (int i = 0; i < TRIES; i++) {
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | FLAGS, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST && errno != EACCES && errno != EROFS && errno != EISDIR)
			return -errno;
		err = errno;
		fd = open_checked(path, why);
		if (fd >= 0 || (fd != -ELOOP && fd != -ENOENT))
			return fd;
		if (fd == -ENOENT && err != EEXIST)
			return -err;
		err = fd == -ELOOP ? follow(path, &end, why) : 0;
		if (err)
			return err;
		if (end)
			return open_existing(path, 0);
	}
	return -ELOOP;
}

int outfile_path_open(const char *name, const char **why)
{
	int fd;

	do
		fd = open_path(name, why);
	while (fd == -EINTR && !stop_requested());
	return fd;
}
