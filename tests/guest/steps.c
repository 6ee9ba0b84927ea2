// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends frames without a pause, and sets the clock between two of them: 3
 * hours forward after a third of them, 5 hours back after two thirds. For
 * wall.bats, in a guest: no other program hits the millisecond that matters.
 * A frame for which the veth pair has no room is sent again when it has.
 *
 * Usage: steps IFACE COUNT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { HOUR = 3600, ROOM_WAIT_NS = 1000 * 1000, ROOM_WAITS_MAX = 10 * 1000 };

static int step(time_t seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += seconds;
	return clock_settime(CLOCK_REALTIME, &now);
}

/* The other side takes frames from a queue of 256: the kernel drops what comes while it is full,
 * and says so. */
static ssize_t send_when_room(int fd, const void *frame, size_t len)
{
	const struct timespec wait = { .tv_nsec = ROOM_WAIT_NS };

	for (int i = 0; i < ROOM_WAITS_MAX; i++) {
		ssize_t sent = send(fd, frame, len, 0);

		if (sent >= 0 || errno != ENOBUFS)
			return sent;
		nanosleep(&wait, NULL);
	}
	return -1;
}

int main(int argc, char **argv)
{
	/* To nobody; the number makes each of them another. */
	struct {
		struct ethhdr eth;
		unsigned int number;
		unsigned char rest[42];
	} __attribute__((packed))
	frame = { .eth.h_proto = htons(0x88b5) }; /* IEEE 802: experiments */
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	unsigned int count = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 0;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (!count) {
		fputs("usage: steps IFACE COUNT\n", stderr);
		return 2;
	}
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (!to.sll_ifindex || fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror(argv[1]);
		return 1;
	}
	for (unsigned int i = 0; i < count; i++) {
		if ((i == count / 3 && step(3 * HOUR)) || (i == count / 3 * 2 && step(-5 * HOUR))) {
			perror("clock_settime");
			return 1;
		}
		frame.number = htonl(i);
		if (send_when_room(fd, &frame, sizeof(frame)) < 0) {
			perror("send");
			return 1;
		}
	}
	return 0;
}
