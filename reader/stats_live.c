// SPDX-License-Identifier: BSD-2-Clause
/* Used by stats_watch.c, stats_top_watch.c and stats_screen.c. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pin/diag.h"
#include "reader/stats_live.h"
#include "reader/stop.h"

#define NS_PER_SEC UINT64_C(1000000000)

uint64_t live_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_SEC + (uint64_t)t.tv_nsec;
}

uint64_t live_next_ns(uint64_t due_ns, uint64_t interval_ns)
{
	uint64_t now = live_now_ns();

	due_ns += interval_ns;
	return due_ns > now ? due_ns : now + interval_ns;
}

int live_poll(uint64_t until_ns, struct pollfd *fds, nfds_t n, const sigset_t *signals)
{
	uint64_t now = live_now_ns();
	uint64_t ns = until_ns > now ? until_ns - now : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(ns / NS_PER_SEC),
		.tv_nsec = (long)(ns % NS_PER_SEC),
	};

	return ppoll(fds, n, &timeout, signals);
}

int live_wait(uint64_t until_ns, FILE *out)
{
	struct pollfd fds[] = {
		{ .fd = stop_fd(), .events = POLLIN },
		{ .fd = fileno(out) }, /* for POLLERR: who reads the pipe has gone */
	};

	while (!stop_requested()) {
		if (live_now_ns() >= until_ns)
			return 0;
		if (live_poll(until_ns, fds, 2, NULL) > 0 && fds[1].revents)
			return -EPIPE;
	}
	return -EINTR;
}

/* Returns 0, or -errno if nothing can be written to stdout, whatever it is. */
static int stdout_refuses(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (flags < 0)
		return -errno;
	/* fdopen(3) would say EINVAL. */
	return (flags & O_ACCMODE) == O_RDONLY ? -EBADF : 0;
}

FILE *live_stdout(void)
{
	int fd = stdout_refuses();
	FILE *out = NULL;

	if (!fd)
		fd = stop_guard(STDOUT_FILENO);
	if (fd >= 0)
		out = fdopen(fd, "w");
	if (!out)
		diag_error("can't write to stdout: %s", strerror(fd < 0 ? -fd : errno));
	return out;
}
