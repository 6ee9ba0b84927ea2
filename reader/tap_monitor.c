// SPDX-License-Identifier: BSD-2-Clause
/*
 * Notices that taps come and go; used by follow.c. inotify reports new and removed pins, and a
 * NETLINK_ROUTE socket reports interfaces that change. /proc/self/mountinfo reports that another
 * filesystem is at the path of the BPF filesystem. Nothing reports a program that leaves a
 * dispatcher: only its id is unknown afterwards. Where there is no notification, for want of
 * inotify instances or in another network namespace, a timer makes for a check once a second.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "pin/bpffs.h"
#include "pin/lock.h"
#include "pin/tap_state.h"
#include "reader/tap_monitor.h"

/*
 * From a change of an interface to the check, and to a further check: libxdp attaches a new
 * dispatcher before it releases the programs of the old one.
 */
#define SETTLE_MS 500

#define POLL_SECONDS 1

static int monitor_as(const struct tap_monitor *m, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events };

	return epoll_ctl(m->fd, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

static int monitor_fd(const struct tap_monitor *m, int fd)
{
	return monitor_as(m, fd, EPOLLIN);
}

/* From now on there is a check each second. Returns 0 or -errno. */
static int poll_each_second(struct tap_monitor *m)
{
	const struct itimerspec period = { .it_value.tv_sec = POLL_SECONDS,
					   .it_interval.tv_sec = POLL_SECONDS };

	if (m->poll_fd >= 0)
		return 0;
	m->poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (m->poll_fd < 0 || timerfd_settime(m->poll_fd, 0, &period, NULL))
		return -errno;
	return monitor_fd(m, m->poll_fd);
}

/*
 * Watches what is pinned in a directory, and what is removed. A change of settings is no event,
 * but `set` touches a pin after it. Returns 0 or -errno.
 */
static int watch(const struct tap_monitor *m, const char *dir)
{
	return inotify_add_watch(m->inotify_fd, dir,
				 IN_ATTRIB | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF |
					 IN_MOVED_FROM | IN_MOVE_SELF | IN_ONLYDIR) < 0
		       ? -errno
		       : 0;
}

/* Watches the directory of a tap. Returns 0, also if it is gone already, or -errno. */
static int watch_tap(const struct tap_monitor *m, const char *ifname)
{
	const struct tap_name name = { m->bpffs, ifname };
	char dir[PATH_MAX];
	int err = tap_name_path(dir, &name, NULL);

	if (!err)
		err = watch(m, dir);
	return err == -ENOENT ? 0 : err;
}

/*
 * Watches all directories in which something must appear before there is a new tap: the last thing
 * is the meta pin in a directory of its own. Those that are watched already stay so. Returns 0, or
 * -errno if not all could be watched.
 */
static int watch_for_new(const struct tap_monitor *m)
{
	char(*ifnames)[IF_NAMESIZE], root[PATH_MAX];
	int err, n;

	/* What will be mounted over the directory can't be watched yet. */
	if (!bpffs_mounted(m->bpffs))
		return -ENOENT;
	if (snprintf(root, sizeof(root), "%s/" TAP_NAME_ROOT, m->bpffs) >= (int)sizeof(root))
		return -ENAMETOOLONG;
	err = watch(m, m->bpffs);
	if (!err)
		err = watch(m, root);
	if (err)
		return err == -ENOENT ? 0 : err; /* the root itself must appear first */
	n = tap_name_list(m->bpffs, &ifnames);
	if (n < 0)
		return n;
	for (int i = 0; i < n && !err; i++)
		err = watch_tap(m, ifnames[i]);
	free(ifnames);
	return err;
}

static int open_netlink(struct tap_monitor *m)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd, err;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	err = bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ? -errno : monitor_fd(m, fd);
	if (err)
		close(fd);
	else
		m->netlink_fd = fd;
	return err;
}

/* Returns the filesystem at `bpffs`; 0: none. */
static dev_t root_of(const char *bpffs)
{
	struct stat st;

	return stat(bpffs, &st) ? 0 : st.st_dev;
}

/* Notices that something is mounted or unmounted. Returns 0 or -errno. */
static int watch_mounts(struct tap_monitor *m)
{
	m->root = root_of(m->bpffs);
	m->mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (m->mounts_fd < 0)
		return -errno;
	return monitor_as(m, m->mounts_fd, EPOLLPRI);
}

/* Returns whether another filesystem is there since it was last asked. */
static bool root_changed(struct tap_monitor *m)
{
	dev_t before = m->root;

	m->root = root_of(m->bpffs);
	return m->root != before;
}

int tap_monitor_open(struct tap_monitor *m, const char *bpffs, bool later)
{
	struct tap_monitor new = TAP_MONITOR_CLOSED;
	int err;

	new.bpffs = bpffs;
	new.later = later;
	new.netns_ino = tap_netns_ino();
	new.fd = epoll_create1(EPOLL_CLOEXEC);
	if (new.fd < 0)
		return -errno;
	new.inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	err = new.inotify_fd < 0 ? poll_each_second(&new) : monitor_fd(&new, new.inotify_fd);
	if (err)
		goto fail;
	new.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	err = new.timer_fd < 0 ? -errno : monitor_fd(&new, new.timer_fd);
	/* Now, since the reader gives up the right to make sockets, which taps come later. */
	if (!err && open_netlink(&new))
		err = poll_each_second(&new);
	if (!err && watch_mounts(&new))
		err = poll_each_second(&new);
	if (!err && later && watch_for_new(&new))
		err = poll_each_second(&new);
	if (err)
		goto fail;
	*m = new;
	return 0;

fail:
	tap_monitor_close(&new);
	return err;
}

void tap_monitor_close(struct tap_monitor *m)
{
	int *fds[] = { &m->inotify_fd, &m->netlink_fd, &m->timer_fd,
		       &m->poll_fd,    &m->mounts_fd,  &m->fd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

int tap_monitor_add(struct tap_monitor *m, const struct tap *tap)
{
	/* Nothing reports that another program takes the place of the traced one, or joins. */
	if (tap->meta.netns_ino != m->netns_ino || watch_tap(m, tap->ifname) || tap->meta.trace ||
	    tap->meta.verdicts)
		return poll_each_second(m);
	return 0;
}

/* Reads everything. Returns whether there was anything; a check finds out what. */
static bool drain(int fd)
{
	char buf[4096];
	bool some = false;

	/* ENOBUFS: netlink lost messages, so there was at least one. */
	while (fd >= 0 && (read(fd, buf, sizeof(buf)) > 0 || errno == ENOBUFS))
		some = true;
	return some;
}

static void check_later(struct tap_monitor *m)
{
	const struct itimerspec settle = { .it_value.tv_nsec = SETTLE_MS * 1000000L };

	if (!m->timer_runs)
		m->timer_runs = !timerfd_settime(m->timer_fd, 0, &settle, NULL);
}

bool tap_monitor_due(struct tap_monitor *m)
{
	bool due = drain(m->inotify_fd);

	if (drain(m->timer_fd)) {
		m->timer_runs = false;
		due = true;
	}
	if (drain(m->poll_fd))
		due = true;
	if (drain(m->netlink_fd))
		check_later(m);
	if (root_changed(m))
		due = true;
	if (due && m->later && watch_for_new(m))
		poll_each_second(m);
	return due;
}

enum pin { PIN_THERE, PIN_GONE, PIN_OUT_OF_SIGHT };

/* Finds out whether the pin is still the file that we opened. */
static enum pin look_for_pin(const struct tap_monitor *m, const struct tap *tap)
{
	const struct tap_name name = { m->bpffs, tap->ifname };
	struct stat pinned, opened;
	char path[PATH_MAX];

	if (tap_name_path(path, &name, XDPTAP_MAP_META) || fstat(tap->lock_fd, &opened))
		return PIN_THERE;
	/* Removed: seen also by who may not look into the directory any more. */
	if (!opened.st_nlink)
		return PIN_GONE;
	if (!stat(path, &pinned)) {
		if (pinned.st_ino == opened.st_ino && pinned.st_dev == opened.st_dev)
			return PIN_THERE;
	} else if (errno != ENOENT && errno != ENOTDIR) {
		return PIN_THERE;
	}
	return root_of(m->bpffs) == opened.st_dev ? PIN_GONE : PIN_OUT_OF_SIGHT;
}

bool tap_monitor_changing(const struct tap_monitor *m, const struct tap *tap)
{
	const struct tap_name name = { m->bpffs, tap->ifname };
	char dir[PATH_MAX];
	bool locked;
	int fd;

	if (tap_name_path(dir, &name, NULL))
		return false;
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC); /* only its owner may read it */
	if (fd < 0)
		return false;
	locked = lock_holder(fd) != 0;
	close(fd);
	return locked;
}

const char *tap_monitor_gone(struct tap_monitor *m, struct tap *tap, bool moved)
{
	const struct tap_name name = { m->bpffs, tap->ifname };

	switch (look_for_pin(m, tap)) {
	case PIN_GONE:
		return "the tap was detached";
	case PIN_OUT_OF_SIGHT:
		/* The program is attached all the same, and its ring buffers are open: only the
		 * kernel can tell the tap's end, and nothing reports that. */
		m->out_of_sight = true;
		poll_each_second(m);
		break;
	case PIN_THERE:
		tap_refresh(&name, tap);
	}
	switch (tap_state_check(m->bpffs, &tap->meta, &tap->in_force)) {
	case TAP_STATE_INTERFACE_GONE:
		return moved ? NULL : "the interface is gone";
	case TAP_STATE_PROGRAM_GONE:
		/* `detach` removes the program before the pins; then the pins will be gone soon. */
		if (!tap_monitor_changing(m, tap))
			return look_for_pin(m, tap) == PIN_GONE ? "the tap was detached"
								: TAP_MONITOR_UNLOADED;
		check_later(m);
		return NULL;
	default:
		return NULL;
	}
}
