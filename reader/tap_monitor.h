/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notices that a tap goes away: its pins are removed, its interface disappears, or its program is
 * unloaded; and that taps are attached. Notifications only tell when to check; the check finds out
 * what happened. Where there are none, it checks once a second.
 */
#ifndef XDPTAP_READER_TAP_MONITOR_H
#define XDPTAP_READER_TAP_MONITOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "pin/tap.h"

struct tap_monitor {
	int fd; /* for epoll: readable when tap_monitor_due() has to be called */
	int inotify_fd;
	int netlink_fd;
	int timer_fd;
	int poll_fd;   /* expires each second; -1: notifications suffice */
	int mounts_fd; /* tells when something is mounted or unmounted */
	dev_t root;    /* the filesystem at `bpffs`, when it was last looked for taps */
	bool timer_runs;
	bool later; /* taps that are attached later are noticed, too */
	const char *bpffs;
	__u32 netns_ino; /* ours */
	/* The pins of a tap that is read are out of sight: their filesystem was unmounted, or
	 * another one was mounted over it. */
	bool out_of_sight;
};

#define TAP_MONITOR_CLOSED                                                                   \
	{                                                                                    \
		.fd = -1, .inotify_fd = -1, .netlink_fd = -1, .timer_fd = -1, .poll_fd = -1, \
		.mounts_fd = -1                                                              \
	}

#define TAP_MONITOR_UNLOADED "its program was unloaded; 'xdptap-loader detach' removes the tap"

/*
 * `bpffs` must stay valid. `later`: notices taps that are attached, too. Returns 0 or -errno; *m is
 * untouched on failure.
 */
int tap_monitor_open(struct tap_monitor *m, const char *bpffs, bool later);
void tap_monitor_close(struct tap_monitor *m);

/* Monitors this tap, too. Returns 0, or -errno: then its end may go unnoticed. */
int tap_monitor_add(struct tap_monitor *m, const struct tap *tap);

/*
 * Handles what made fd readable. Returns whether to call tap_monitor_gone() now, and to look for
 * new taps.
 */
bool tap_monitor_due(struct tap_monitor *m);

/*
 * Returns why no more events will come from this tap, as static text; or NULL if more may come, or
 * if that has to be checked again when tap_monitor_due() says so. `moved`: its interface is known
 * to be in another network namespace by now. Refreshes its settings, which say which program is to
 * be there.
 */
const char *tap_monitor_gone(struct tap_monitor *m, struct tap *tap, bool moved);

/* Returns whether a command of xdptap-loader is working on the tap. */
bool tap_monitor_changing(const struct tap_monitor *m, const struct tap *tap);

#endif
