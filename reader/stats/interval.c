// SPDX-License-Identifier: BSD-2-Clause
/* Called by watch.c, top_watch.c, top_arguments.c and terminal.c. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "pin/cli/number.h"
#include "pin/cli/stop.h"
#include "pin/now.h"
#include "reader/stats/interval.h"

#define INTERVAL_MIN_NS (NS_PER_SEC / 10)
#define INTERVAL_MAX_NS (3600 * NS_PER_SEC)

bool interval_parse(const char *argument, uint64_t *ns)
{
	if (!number_seconds(argument, ns) && *ns >= INTERVAL_MIN_NS && *ns <= INTERVAL_MAX_NS)
		return true;
	diag_error("watch: '%s' is not a number of seconds from 0.1 to 3600", argument);
	return false;
}

uint64_t interval_next_ns(uint64_t due_ns, uint64_t interval_ns)
{
	uint64_t now = now_ns(CLOCK_MONOTONIC);

	due_ns += interval_ns;
	return due_ns > now ? due_ns : now + interval_ns;
}

int interval_poll(uint64_t until_ns, struct pollfd *fds, nfds_t n, const sigset_t *signals)
{
	uint64_t now = now_ns(CLOCK_MONOTONIC);
	uint64_t ns = until_ns > now ? until_ns - now : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(ns / NS_PER_SEC),
		.tv_nsec = (long)(ns % NS_PER_SEC),
	};

	return ppoll(fds, n, &timeout, signals);
}

int interval_wait(uint64_t until_ns, FILE *out)
{
	struct pollfd fds[] = {
		{ .fd = stop_fd(), .events = POLLIN },
		{ .fd = fileno(out) }, /* for POLLERR: the reader of the pipe has exited */
	};

	while (!stop_requested()) {
		if (now_ns(CLOCK_MONOTONIC) >= until_ns)
			return 0;
		if (interval_poll(until_ns, fds, 2, NULL) > 0 && fds[1].revents)
			return -EPIPE;
	}
	return -EINTR;
}

/* Returns 0, or -errno if stdout can't be written. */
static int stdout_refuses(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (flags < 0)
		return -errno;
	/* fdopen(3) would fail with the misleading EINVAL. */
	return (flags & O_ACCMODE) == O_RDONLY ? -EBADF : 0;
}

FILE *interval_stdout(void)
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
