// SPDX-License-Identifier: BSD-2-Clause
/*
 * The signals that end a program; used by reader and stats. An eventfd ends waiting in epoll or
 * poll. EINTR ends a write(2) that blocks. But a signal may also come after the last check of
 * stop_requested() and before the write blocks: so the handler replaces the descriptor by a pipe
 * that nobody reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "pin/cli/stop.h"

static volatile sig_atomic_t requested;
static struct timespec requested_at; /* CLOCK_MONOTONIC */
static int event_fd = -1;
static int dead_end_fd = -1;
static volatile int guarded[STOP_GUARDS] = { -1, -1 };

static void on_signal(int sig)
{
	const uint64_t one = 1;
	int saved = errno;

	(void)sig;
	if (!requested)
		clock_gettime(CLOCK_MONOTONIC, &requested_at);
	requested = 1;
	if (write(event_fd, &one, sizeof(one)) < 0)
		errno = 0; /* it is readable already */
	for (int i = 0; i < STOP_GUARDS; i++)
		if (guarded[i] >= 0)
			dup3(dead_end_fd, guarded[i], O_CLOEXEC);
	errno = saved;
}

static int catch (int sig)
{
	/*
	 * No SA_RESTART, because of write(2). No SA_RESETHAND, because timeout(1) sends its
	 * signal twice, to the process and to the group.
	 */
	struct sigaction action = { .sa_handler = on_signal };

	/* One at a time, so that handlers don't interrupt each other. */
	sigaddset(&action.sa_mask, SIGINT);
	sigaddset(&action.sa_mask, SIGTERM);
	sigaddset(&action.sa_mask, SIGHUP);
	return sigaction(sig, &action, NULL) ? -errno : 0;
}

int stop_init(void)
{
	struct sigaction old;
	int pipe_fds[2], err;

	event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (event_fd < 0 || pipe2(pipe_fds, O_CLOEXEC))
		return -errno;
	close(pipe_fds[0]);
	dead_end_fd = pipe_fds[1];

	/* So beyond `ulimit -f` write(2) fails with EFBIG. */
	signal(SIGXFSZ, SIG_IGN);
	err = catch (SIGINT);
	if (!err)
		err = catch (SIGTERM);
	if (!err && !sigaction(SIGHUP, NULL, &old) && old.sa_handler != SIG_IGN)
		err = catch (SIGHUP);
	return err;
}

bool stop_requested(void)
{
	return requested;
}

int stop_grace_ms(void)
{
	struct timespec now;
	int64_t ms;

	if (!requested)
		return STOP_GRACE_MS;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - requested_at.tv_sec) * 1000 +
	     (now.tv_nsec - requested_at.tv_nsec) / 1000000;
	return ms < STOP_GRACE_MS ? (int)(STOP_GRACE_MS - ms) : 0;
}

int stop_fd(void)
{
	return event_fd;
}

int stop_guard(int fd)
{
	int copy, i = 0;

	while (guarded[i] >= 0)
		if (++i == STOP_GUARDS)
			return -ENFILE;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return -errno;
	guarded[i] = copy;
	return copy;
}
