// SPDX-License-Identifier: BSD-2-Clause
/* epoll and timers; used by capture.c. */
#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "pin/now.h"
#include "reader/wait.h"

int wait_open(struct wait *w)
{
	static const struct timespec none;
	struct epoll_event event;

	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll_fd < 0)
		return -errno;
	/* Linux 5.11; a seccomp filter of a container may not know it yet. */
	if (epoll_pwait2(w->epoll_fd, &event, 1, &none, NULL) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

void wait_close(struct wait *w)
{
	const int fds[] = { w->epoll_fd, w->statistics_fd, w->rotation_fd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*w = (struct wait)WAIT_NOTHING;
}

int wait_add(struct wait *w, int fd, enum wait_event event)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = event };

	/* EPOLLERR and EPOLLHUP alone, which are always reported. */
	if (event == WAIT_CLOSED)
		ev.events = 0;
	/* Edge-triggered: a record from an earlier request must not wake us again. */
	if (event == WAIT_DOORBELL)
		ev.events |= EPOLLET;
	return epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

void wait_remove(struct wait *w, int fd)
{
	epoll_ctl(w->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

/* Creates the timer on its first use. `period_ns` 0: it expires once. Returns 0 or -errno. */
static int set_timer(struct wait *w, int *fd, enum wait_event event, uint64_t first_ns,
		     uint64_t period_ns)
{
	const struct itimerspec timer = {
		.it_value = { (time_t)(first_ns / NS_PER_SEC), (long)(first_ns % NS_PER_SEC) },
		.it_interval = { (time_t)(period_ns / NS_PER_SEC), (long)(period_ns % NS_PER_SEC) },
	};
	int err;

	if (*fd < 0) {
		*fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
		err = *fd < 0 ? -errno : wait_add(w, *fd, event);
		if (err)
			return err;
	}
	return timerfd_settime(*fd, 0, &timer, NULL) ? -errno : 0;
}

int wait_set_statistics(struct wait *w, uint64_t interval_ns)
{
	return set_timer(w, &w->statistics_fd, WAIT_STATISTICS, interval_ns, interval_ns);
}

int wait_set_rotation(struct wait *w, uint64_t after_ns)
{
	return set_timer(w, &w->rotation_fd, WAIT_ROTATION, after_ns, 0);
}

/* Whether the timer has really expired; that resets it. */
static bool expired(int fd)
{
	uint64_t expirations;

	return read(fd, &expirations, sizeof(expirations)) > 0;
}

unsigned int wait_for(struct wait *w, const struct timespec *timeout)
{
	struct epoll_event events[16];
	unsigned int happened = 0;
	int n;

	/* Below 0 is EINTR: wait_open() has seen that the call works. */
	n = epoll_pwait2(w->epoll_fd, events, 16, timeout, NULL);
	for (int i = 0; i < n; i++)
		happened |= events[i].data.u32;
	if (happened & WAIT_STATISTICS && !expired(w->statistics_fd))
		happened &= ~(unsigned int)WAIT_STATISTICS;
	if (happened & WAIT_ROTATION && !expired(w->rotation_fd))
		happened &= ~(unsigned int)WAIT_ROTATION;
	return happened;
}
