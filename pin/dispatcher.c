// SPDX-License-Identifier: BSD-2-Clause
/*
 * Finds the pins of a dispatcher, as libxdp 1.3 to 1.6 arrange them:
 * BPFFS/xdp/dispatch-IFINDEX-ID/progN-prog and progN-link, where ID is that of the dispatcher
 * program. libxdp locks BPFFS/xdp while it changes them. Used by the loader, which may remove
 * them, and by the reader.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/dispatcher.h"
#include "pin/entry.h"
#include "pin/lock.h"
#include "pin/netns.h"
#include "pin/prog.h"
#include "pin/prog_open.h"

#define TEST_LINK "prog-test-link-"

struct dispatcher {
	__u32 id;      /* of its program */
	__u32 ifindex; /* that it is for */
	char dir[PATH_MAX];
};

/* As libxdp finds it; chain_use_bpffs() has told it `bpffs`. */
static int libxdp_dir(char buf[PATH_MAX], const char *bpffs)
{
	const char *other = secure_getenv("LIBXDP_BPFFS");
	int len = snprintf(buf, PATH_MAX, "%s/xdp", other ? other : bpffs);

	return len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/*
 * Returns whether `is` is true of a program that is pinned in this directory, and `id`: 1 or 0, or
 * -errno.
 */
static int holds(const char *dir, int (*is)(int prog_fd, __u32 id), __u32 id)
{
	DIR *d = opendir(dir);
	int found = 0, unknown = 0, err = 0, fd;
	char path[PATH_MAX];
	const char *entry;
	size_t len;

	if (!d)
		return -errno;
	while (found <= 0 && (entry = entry_next(d, &err))) {
		len = strlen(entry);
		if (len < 5 || strcmp(entry + len - 5, "-prog") ||
		    snprintf(path, sizeof(path), "%s/%s", dir, entry) >= (int)sizeof(path))
			continue;
		fd = bpf_obj_get(path);
		if (fd < 0) {
			unknown = -errno;
			continue;
		}
		found = is(fd, id);
		if (found < 0)
			unknown = found;
		close(fd);
	}
	closedir(d);
	if (found > 0)
		return 1;
	return err < 0 ? err : unknown;
}

/*
 * Goes on to the next dispatcher that belongs to this interface, if that is not 0, or has a program
 * that uses the map. Returns 1, 0 after the last one, or -errno.
 */
static int next(DIR *d, const char *dir, __u32 map_id, __u32 ifindex, struct dispatcher *found)
{
	const char *entry;
	int err;

	while ((entry = entry_next(d, &err))) {
		if (sscanf(entry, "dispatch-%u-%u", &found->ifindex, &found->id) != 2 ||
		    snprintf(found->dir, sizeof(found->dir), "%s/%s", dir, entry) >=
			    (int)sizeof(found->dir))
			continue;
		if ((ifindex && found->ifindex == ifindex) ||
		    holds(found->dir, prog_uses_map, map_id) > 0)
			return 1;
	}
	return err;
}

/* Writes where libxdp pins this dispatcher, and the folder above. Returns 0 or -errno. */
static int pins_of(char root[PATH_MAX], char dir[PATH_MAX], const char *bpffs, __u32 ifindex,
		   __u32 dispatcher_id)
{
	int err = libxdp_dir(root, bpffs);

	if (err)
		return err;
	if (snprintf(dir, PATH_MAX, "%s/dispatch-%u-%u", root, ifindex, dispatcher_id) >= PATH_MAX)
		return -ENAMETOOLONG;
	return 0;
}

int dispatcher_has(const char *bpffs, __u32 ifindex, __u32 dispatcher_id, __u32 prog_id)
{
	char root[PATH_MAX], dir[PATH_MAX];
	int err;

	err = pins_of(root, dir, bpffs, ifindex, dispatcher_id);
	if (err)
		return err;
	if (access(root, X_OK))
		return -errno; /* libxdp's pins may be elsewhere */
	if (access(dir, F_OK))
		return errno == ENOENT ? 0
				       : -errno; /* there is no such dispatcher, or not any more */
	return holds(dir, prog_has_id, prog_id);
}

int dispatcher_open(const char *bpffs, __u32 ifindex, __u32 dispatcher_id, int fds[DISPATCHER_MAX])
{
	char root[PATH_MAX], dir[PATH_MAX], path[PATH_MAX];
	int n, err;

	err = pins_of(root, dir, bpffs, ifindex, dispatcher_id);
	if (err)
		return err;
	if (access(dir, X_OK))
		return -errno;
	for (n = 0; n < DISPATCHER_MAX; n++) {
		if (snprintf(path, sizeof(path), "%s/prog%d-prog", dir, n) >= (int)sizeof(path))
			err = -ENAMETOOLONG;
		fds[n] = err ? err : bpf_obj_get(path);
		if (fds[n] < 0)
			break;
	}
	if (!err && n < DISPATCHER_MAX && errno != ENOENT)
		err = -errno;
	while (err && n)
		close(fds[--n]);
	return err ? err : n;
}

/* Returns 1 if a program with this id is on an interface of this network namespace, or 0. */
static int on_an_interface(void *arg)
{
	struct if_nameindex *all = if_nameindex();
	const struct dispatcher *d = arg;
	int found = 0;

	/* Unknown counts as attached: nothing is removed then. */
	if (!all)
		return 1;
	for (struct if_nameindex *i = all; i->if_index && !found; i++) {
		LIBBPF_OPTS(bpf_xdp_query_opts, query);

		found = bpf_xdp_query((int)i->if_index, 0, &query) || query.drv_prog_id == d->id ||
			query.skb_prog_id == d->id || query.hw_prog_id == d->id;
	}
	if_freenameindex(all);
	return found;
}

static bool is_dead(struct dispatcher *d)
{
	/* To visit all takes a look at each process: not if it is here. */
	return !on_an_interface(d) && netns_visit_all(on_an_interface, d) == 0;
}

/* How often to look at a dispatcher that some process may be about to attach, and how long to wait
 * in between. */
#define LOOKS         100
#define LOOK_PAUSE_NS 10000000L

/*
 * Returns whether nobody will attach this dispatcher, which is dead. libxdp pins one before it
 * attaches it, and holds its lock only while it pins. So while a process has a descriptor of its
 * program, it may be about to attach it; who was killed meanwhile has none. If the interface is
 * gone, nobody can.
 */
static bool is_abandoned(struct dispatcher *d)
{
	const struct timespec pause = { .tv_nsec = LOOK_PAUSE_NS };
	char ifname[IF_NAMESIZE];

	if (!if_indextoname(d->ifindex, ifname))
		return true;
	for (int i = 0; i < LOOKS; i++) {
		switch (prog_open_elsewhere(d->id)) {
		case 0:
			/* It may have been attached, and closed, since we looked. */
			return !on_an_interface(d);
		case 1:
			break;
		default:
			return false;
		}
		if (on_an_interface(d))
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

bool dispatcher_is_dead(const char *bpffs, __u32 map_id)
{
	struct dispatcher one = { 0 };
	char dir[PATH_MAX];
	bool dead = false;
	int found;
	DIR *d;

	if (libxdp_dir(dir, bpffs))
		return false;
	d = opendir(dir);
	if (!d)
		return false;
	while ((found = next(d, dir, map_id, 0, &one)) > 0) {
		dead = is_dead(&one);
		if (!dead)
			break;
	}
	closedir(d);
	return dead && found >= 0;
}

/* Removes a directory of bpffs and the pins in it. */
static int remove_pins(const char *dir)
{
	DIR *d = opendir(dir);
	const char *entry;
	int err;

	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = entry_next(d, &err))) {
		if (*entry == '.' || !unlinkat(dirfd(d), entry, 0) || errno == ENOENT)
			continue;
		err = -errno;
		break;
	}
	closedir(d);
	if (!err && rmdir(dir) && errno != ENOENT)
		err = -errno;
	return err;
}

/*
 * Before it attaches anything, libxdp pins a link of a test program for a moment, under its lock,
 * which is held here: what is there now is left by a process that was killed. Returns 0 or -errno.
 */
static int remove_test_links(const char *dir)
{
	DIR *d = opendir(dir);
	const char *entry;
	int err;

	if (!d)
		return -errno;
	while ((entry = entry_next(d, &err))) {
		if (strncmp(entry, TEST_LINK, strlen(TEST_LINK)) != 0 ||
		    !unlinkat(dirfd(d), entry, 0) || errno == ENOENT)
			continue;
		err = -errno;
		break;
	}
	closedir(d);
	return err;
}

/* Under libxdp's lock. Returns 0 or -errno. */
static int remove_all_dead(const char *dir, __u32 map_id, __u32 ifindex)
{
	DIR *d = opendir(dir);
	struct dispatcher one = { 0 };
	int err;

	if (!d)
		return -errno;
	while ((err = next(d, dir, map_id, ifindex, &one)) > 0) {
		if (!is_dead(&one) || !is_abandoned(&one))
			continue;
		err = remove_pins(one.dir);
		if (err)
			break;
	}
	closedir(d);
	return err;
}

int dispatcher_remove_dead(const char *bpffs, __u32 map_id, __u32 ifindex)
{
	char dir[PATH_MAX];
	int lock_fd, err;
	pid_t stranger;

	err = libxdp_dir(dir, bpffs);
	if (err)
		return err;
	lock_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock_fd < 0)
		return errno == ENOENT ? 0 : -errno;
	/* So nobody pins a dispatcher, or removes the pins of one, meanwhile. */
	do
		err = lock_wait(lock_fd, &stranger);
	while (err == -EINTR);
	if (!err)
		err = remove_test_links(dir);
	if (!err)
		err = remove_all_dead(dir, map_id, ifindex);
	close(lock_fd);
	return err;
}
