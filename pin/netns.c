// SPDX-License-Identifier: BSD-2-Clause
/*
 * Nothing in the kernel lists network namespaces. A namespace lives as long as something holds
 * it: a thread, an open file or a bind mount, and /proc shows all of these.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "pin/entry.h"
#include "pin/netns.h"
#include "pin/lock.h"

/* Inodes of namespaces. */
struct inodes {
	ino_t *list;
	size_t n;
};

struct walk {
	int (*visit)(void *arg, const char *path, ino_t inode);
	void *arg;
	struct inodes visited;   /* network namespaces */
	struct inodes mounts_of; /* mount namespaces whose mounts were read */
	struct stat own;         /* our network namespace: its device is that of all namespaces */
};

/* Adds an inode. Returns 1 if it is new, 0 if not, or -ENOMEM. */
static int add_inode(struct inodes *set, ino_t inode)
{
	ino_t *more;

	for (size_t i = 0; i < set->n; i++)
		if (set->list[i] == inode)
			return 0;
	more = reallocarray(set->list, set->n + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	set->list = more;
	set->list[set->n++] = inode;
	return 1;
}

/* A process, a file or a mount that ends meanwhile is no error. */
static int unless_gone(int err)
{
	return err == ENOENT || err == ESRCH || err == ENOTDIR ? 0 : -err;
}

/* Visits the network namespace of this path, unless it was visited. */
static int visit_path(struct walk *w, const char *path)
{
	struct stat st;
	int fd, err;

	/* Most threads share one: do not even open it again. */
	if (stat(path, &st))
		return unless_gone(errno);
	for (size_t i = 0; i < w->visited.n; i++)
		if (w->visited.list[i] == st.st_ino)
			return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return unless_gone(errno);
	if (setns(fd, CLONE_NEWNET)) {
		/* EINVAL: it is a namespace of another kind, or something is mounted over it. */
		err = errno == EINVAL ? 0 : -errno;
	} else {
		err = add_inode(&w->visited, st.st_ino);
		if (err > 0)
			err = w->visit(w->arg, path, st.st_ino);
	}
	close(fd);
	return err;
}

static int visit_threads(struct walk *w, const char *pid)
{
	int err = 0, more = 0;
	char path[PATH_MAX];
	const char *entry;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	d = opendir(path);
	if (!d)
		return unless_gone(errno);
	while (!err && (entry = entry_next(d, &more))) {
		if (!isdigit((unsigned char)*entry))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task/%s/ns/net", pid, entry);
		err = visit_path(w, path);
	}
	closedir(d);
	return !err && more < 0 ? unless_gone(-more) : err;
}

/* Returns whether an open file is a namespace; its link need not say so, if it was a mount. */
static bool is_namespace(const struct walk *w, int fd_dir, const char *name)
{
	struct statx st;

	/* A file of a network filesystem may be out of reach; what is cached suffices. */
	return !statx(fd_dir, name, AT_STATX_DONT_SYNC, STATX_INO, &st) &&
	       makedev(st.stx_dev_major, st.stx_dev_minor) == w->own.st_dev;
}

static int visit_files(struct walk *w, const char *pid)
{
	int err = 0, more = 0;
	char path[PATH_MAX];
	const char *entry;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	d = opendir(path);
	if (!d)
		return unless_gone(errno);
	while (!err && (entry = entry_next(d, &more))) {
		if (!isdigit((unsigned char)*entry) || !is_namespace(w, dirfd(d), entry))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, entry);
		err = visit_path(w, path);
	}
	closedir(d);
	return !err && more < 0 ? unless_gone(-more) : err;
}

/* Decodes "\040" and its kind, as /proc escapes white space in paths. */
static void decode(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '\\' && s[1] && s[2] && s[3]) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* Visits the namespaces that are mounted in the mount namespace of this process. */
static int visit_mounts(struct walk *w, const char *pid)
{
	char path[PATH_MAX], root[32], *line = NULL, *where = NULL;
	size_t room = 0;
	struct stat st;
	int err;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", pid);
	if (stat(path, &st))
		return unless_gone(errno);
	err = add_inode(&w->mounts_of, st.st_ino);
	if (err <= 0)
		return err;
	snprintf(path, sizeof(path), "/proc/%s/mountinfo", pid);
	f = fopen(path, "re");
	if (!f)
		return unless_gone(errno);
	err = 0;
	/* proc(5): ID, parent, device, root within the filesystem, mount point, ... */
	while (!err && (errno = 0, getline(&line, &room, f) > 0)) {
		if (sscanf(line, "%*d %*d %*s %31s %ms", root, &where) == 2 &&
		    !strncmp(root, "net:[", 5)) {
			decode(where);
			if (snprintf(path, sizeof(path), "/proc/%s/root%s", pid, where) <
			    (int)sizeof(path))
				err = visit_path(w, path);
		} else if (errno == ENOMEM) {
			err = -ENOMEM;
		}
		free(where);
		where = NULL;
	}
	/* It may have ended meanwhile: then there was no error, or one of these. */
	if (!err && errno)
		err = unless_gone(errno);
	free(line);
	fclose(f);
	return err;
}

static int visit_process(struct walk *w, const char *pid)
{
	int err = visit_threads(w, pid);

	if (!err)
		err = visit_files(w, pid);
	return err ? err : visit_mounts(w, pid);
}

static int walk_all(int (*visit)(void *arg, const char *path, ino_t inode), void *arg)
{
	struct walk w = { .visit = visit, .arg = arg };
	int own, err = 0, more = 0, unknown = 0;
	const char *entry;
	DIR *d;

	if (!lock_sees_all())
		return -ENODATA;
	own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (own < 0)
		return -errno;
	if (fstat(own, &w.own)) {
		err = -errno;
		close(own);
		return err;
	}
	d = opendir("/proc");
	if (!d)
		err = -errno;
	/* What is looked for may be in another process than one that may not be looked at. */
	while (d && err <= 0 && (entry = entry_next(d, &more))) {
		if (!isdigit((unsigned char)*entry))
			continue;
		err = visit_process(&w, entry);
		unknown = unknown ?: err;
	}
	if (d && err <= 0)
		err = unknown ?: more;
	if (d)
		closedir(d);
	if (setns(own, CLONE_NEWNET) && err >= 0)
		err = -errno;
	close(own);
	free(w.visited.list);
	free(w.mounts_of.list);
	return err;
}

struct visitor {
	int (*visit)(void *arg);
	void *arg;
};

static int visit_any(void *arg, const char *path, ino_t inode)
{
	const struct visitor *v = arg;

	(void)path;
	(void)inode;
	return v->visit(v->arg);
}

int netns_visit_all(int (*visit)(void *arg), void *arg)
{
	struct visitor v = { visit, arg };

	return walk_all(visit_any, &v);
}

struct wanted {
	ino_t inode;
	char *path;
};

static int compare(void *arg, const char *path, ino_t inode)
{
	const struct wanted *w = arg;

	if (inode != w->inode)
		return 0;
	snprintf(w->path, PATH_MAX, "%s", path);
	return 1;
}

int netns_find(__u32 inode, char path[PATH_MAX])
{
	struct wanted w = { inode, path };

	return walk_all(compare, &w);
}

int netns_visit(const char *path, __u32 inode, int (*visit)(void *arg), void *arg)
{
	int own, there, err = 0;
	struct stat st;

	there = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (there < 0)
		return unless_gone(errno) ?: -ESTALE;
	own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (own < 0 || fstat(there, &st))
		err = -errno;
	else if (st.st_ino != inode)
		err = -ESTALE;
	else if (setns(there, CLONE_NEWNET))
		err = errno == EINVAL ? -ESTALE : -errno;
	if (!err) {
		err = visit(arg);
		if (setns(own, CLONE_NEWNET) && err >= 0)
			err = -errno;
	}
	if (own >= 0)
		close(own);
	close(there);
	return err;
}
