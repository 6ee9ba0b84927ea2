/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notices that a tap goes away: that its pins are removed, its interface
 * disappears or its program is unloaded. Notifications only tell when to look;
 * what is said comes from looking.
 */
#ifndef XDPTAP_READER_TAP_MONITOR_H
#define XDPTAP_READER_TAP_MONITOR_H

#include <stdbool.h>

#include "pin/tap.h"

struct tap_monitor {
	int fd; /* for epoll: readable when tap_monitor_due() is to be called */
	int inotify_fd;
	int netlink_fd;
	int timer_fd;
	bool timer_runs;
	const char *bpffs;
	__u32 netns_ino; /* ours */
};

#define TAP_MONITOR_CLOSED                                                   \
	{                                                                    \
		.fd = -1, .inotify_fd = -1, .netlink_fd = -1, .timer_fd = -1 \
	}

/* `bpffs` must stay. Returns 0 or -errno; then *m is untouched. */
int tap_monitor_open(struct tap_monitor *m, const char *bpffs);
void tap_monitor_close(struct tap_monitor *m);

/* Returns 0, or -errno: then its end may go unnoticed. */
int tap_monitor_add(struct tap_monitor *m, const struct tap *tap);

/* Takes in what made fd readable. Returns whether to ask tap_monitor_gone() now. */
bool tap_monitor_due(struct tap_monitor *m);

/*
 * Why nothing more will come from this tap, in words; NULL if more may come,
 * or if that is to be asked again when tap_monitor_due() says so.
 */
const char *tap_monitor_gone(struct tap_monitor *m, const struct tap *tap);

#endif
