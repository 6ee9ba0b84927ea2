/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reader sleeps on: doorbells, signals, timers, and the monitor of its taps. */
#ifndef XDPTAP_READER_WAIT_H
#define XDPTAP_READER_WAIT_H

#include <stdint.h>

struct timespec;

/* Why it woke up; or-ed. */
enum wait_event {
	WAIT_DOORBELL = 1 << 0,   /* a program was asked to wake us, and did */
	WAIT_STOP = 1 << 1,       /* stop_requested() */
	WAIT_STATISTICS = 1 << 2, /* the interval of -i is over */
	WAIT_ROTATION = 1 << 3,   /* the time of a file is over */
	WAIT_MONITOR = 1 << 4,    /* tap_monitor_due() is to be called */
	WAIT_CLOSED = 1 << 5,     /* nobody reads the output any more */
	WAIT_SIGNAL = 1 << 6,     /* the signal of wait_add_signal() came */
};

struct wait {
	int epoll_fd;
	int statistics_fd; /* timer; -1: none */
	int rotation_fd;   /* timer; -1: none */
	int signal_fd;     /* -1: none */
};

#define WAIT_NOTHING                                                                    \
	{                                                                               \
		.epoll_fd = -1, .statistics_fd = -1, .rotation_fd = -1, .signal_fd = -1 \
	}

/* Returns 0 or -errno: -ENOSYS if this kernel, or a system call filter, lacks epoll_pwait2(2). */
int wait_open(struct wait *w);
void wait_close(struct wait *w);

/* Wakes up for `event` of this descriptor, which stays the caller's. Returns 0 or -errno. */
int wait_add(struct wait *w, int fd, enum wait_event event);
void wait_remove(struct wait *w, int fd);

/* Wakes up every `interval_ns` nanoseconds for WAIT_STATISTICS. Returns 0 or -errno. */
int wait_set_statistics(struct wait *w, uint64_t interval_ns);

/*
 * Wakes up once for WAIT_ROTATION, when `clock` shows `at_ns` nanoseconds. It must be the same
 * clock each time. Returns 0 or -errno.
 */
int wait_set_rotation(struct wait *w, clockid_t clock, uint64_t at_ns);

/* Blocks the signal, and wakes up for WAIT_SIGNAL when it comes. Returns 0 or -errno. */
int wait_add_signal(struct wait *w, int signal);

/*
 * Waits for one of the events, for as long as `timeout` or, if that is NULL, without limit.
 * Returns those that happened, 0 after the timeout or a signal.
 */
unsigned int wait_for(struct wait *w, const struct timespec *timeout);

#endif
