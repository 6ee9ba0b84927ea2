// SPDX-License-Identifier: BSD-2-Clause
/* Repeats write(2) until everything is written or the program is to end. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "reader/sink.h"
#include "pin/cli/stop.h"

/* Another process that shares stdout may have made it non-blocking. */
static void wait_writable(int fd)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLOUT },
				{ .fd = stop_fd(), .events = POLLIN } };

	poll(fds, 2, -1);
}

int sink_write(int fd, const char *buf, size_t size, size_t *done)
{
	ssize_t n;

	*done = 0;
	while (*done < size) {
		if (stop_requested())
			return -EINTR;
		n = write(fd, buf + *done, size - *done);
		if (n >= 0)
			*done += (size_t)n;
		else if (stop_requested())
			return -EINTR;
		else if (errno == EAGAIN)
			wait_writable(fd);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int sink_write_last(int fd, const char *buf, size_t size, size_t *done)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };
	size_t left;
	ssize_t n;
	int ready;

	for (*done = 0; *done < size;) {
		ready = poll(&out, 1, stop_grace_ms());
		if (!ready)
			return -EAGAIN;
		if (ready < 0 && errno == EINTR)
			continue;
		/* A pipe that is writable has room for PIPE_BUF bytes. */
		left = size - *done;
		n = write(fd, buf + *done, left < PIPE_BUF ? left : PIPE_BUF);
		if (n >= 0)
			*done += (size_t)n;
		else if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
	return 0;
}
