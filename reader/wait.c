// SPDX-License-Identifier: BSD-2-Clause
/* epoll, timers and a signal; used by capture.c. */
#include <errno.h>
#include <stdbool.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
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
	const int fds[] = { w->epoll_fd, w->statistics_fd, w->rotation_fd, w->signal_fd };

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

/* Creates the timer if there is none yet. Returns 0 or -errno. */
static int need_timer(struct wait *w, int *fd, clockid_t clock, enum wait_event event)
{
	if (*fd >= 0)
		return 0;
	*fd = timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK);
	return *fd < 0 ? -errno : wait_add(w, *fd, event);
}

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){ (time_t)(ns / NS_PER_SEC), (long)(ns % NS_PER_SEC) };
}

int wait_set_statistics(struct wait *w, uint64_t interval_ns)
{
	const struct itimerspec timer = { .it_value = timespec_of(interval_ns),
					  .it_interval = timespec_of(interval_ns) };
	int err = need_timer(w, &w->statistics_fd, CLOCK_MONOTONIC, WAIT_STATISTICS);

	if (err)
		return err;
	return timerfd_settime(w->statistics_fd, 0, &timer, NULL) ? -errno : 0;
}

int wait_set_rotation(struct wait *w, clockid_t clock, uint64_t at_ns)
{
	const struct itimerspec timer = { .it_value = timespec_of(at_ns) };
	int err = need_timer(w, &w->rotation_fd, clock, WAIT_ROTATION);

	if (err)
		return err;
	return timerfd_settime(w->rotation_fd, TFD_TIMER_ABSTIME, &timer, NULL) ? -errno : 0;
}

int wait_add_signal(struct wait *w, int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	w->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return w->signal_fd < 0 ? -errno : wait_add(w, w->signal_fd, WAIT_SIGNAL);
}

/* Whether the signal has really come; that takes it. */
static bool signalled(int fd)
{
	struct signalfd_siginfo info;

	return read(fd, &info, sizeof(info)) > 0;
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
	if (happened & WAIT_SIGNAL && !signalled(w->signal_fd))
		happened &= ~(unsigned int)WAIT_SIGNAL;
	return happened;
}
