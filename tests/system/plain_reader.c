// SPDX-License-Identifier: BSD-2-Clause
/*
 * A reader that knows nothing of xdptap but where the rings are pinned: libbpf's
 * ring_buffer__poll(), which the kernel has to notify. For rings.bats.
 *
 * Usage: plain_reader MILLISECONDS PIN...
 * Prints a line for each time it was notified, "RING EVENTS", until nothing has
 * come for that long.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

enum { RINGS_MAX = 64 };

static int take(void *events, void *data, size_t size)
{
	(void)data;
	(void)size;
	++*(unsigned long *)events;
	return 0;
}

/* One epoll for all, and not libbpf's, to know which has notified. */
int main(int argc, char **argv)
{
	static struct ring_buffer *rings[RINGS_MAX];
	int timeout = argc > 2 ? atoi(argv[1]) : 0, n = argc - 2;
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	unsigned long events = 0;
	struct epoll_event ev;

	if (timeout <= 0 || n > RINGS_MAX) {
		fputs("usage: plain_reader MILLISECONDS PIN...\n", stderr);
		return 2;
	}
	for (int i = 0; i < n; i++) {
		int fd = bpf_obj_get(argv[i + 2]);

		rings[i] = fd < 0 ? NULL : ring_buffer__new(fd, take, &events, NULL);
		ev = (struct epoll_event){ .events = EPOLLIN, .data.u32 = (unsigned int)i };
		if (!rings[i] || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev)) {
			fprintf(stderr, "%s: %s\n", argv[i + 2], strerror(errno));
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	while (epoll_wait(epoll_fd, &ev, 1, timeout) == 1) {
		events = 0;
		ring_buffer__consume(rings[ev.data.u32]);
		printf("%u %lu\n", ev.data.u32, events);
		fflush(stdout);
	}
	return 0;
}
