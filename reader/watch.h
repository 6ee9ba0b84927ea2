/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notices that a tap goes away: that its pins are removed, its interface
 * disappears or its program is unloaded. Notifications only tell when to look;
 * what is said comes from looking.
 */
#ifndef XDPTAP_WATCH_H
#define XDPTAP_WATCH_H

#include <stdbool.h>

#include "pin/tap.h"

struct watch {
	int fd; /* for epoll: readable when watch_due() is to be called */
	int inotify_fd;
	int netlink_fd;
	int timer_fd;
	bool timer_runs;
	const char *bpffs;
	__u32 netns_ino; /* ours */
};

#define WATCH_CLOSED                                                         \
	{                                                                    \
		.fd = -1, .inotify_fd = -1, .netlink_fd = -1, .timer_fd = -1 \
	}

/* `bpffs` must stay. Returns 0 or -errno; then *w is untouched. */
int watch_open(struct watch *w, const char *bpffs);
void watch_close(struct watch *w);

/* Returns 0, or -errno: then its end may go unnoticed. */
int watch_add(struct watch *w, const struct tap *tap);

/* Takes in what made fd readable. Returns whether to ask watch_gone() now. */
bool watch_due(struct watch *w);

/*
 * Why nothing more will come from this tap, in words; NULL if more may come,
 * or if that is to be asked again when watch_due() says so.
 */
const char *watch_gone(struct watch *w, const struct tap *tap);

#endif
