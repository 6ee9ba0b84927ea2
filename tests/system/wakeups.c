// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends packets at the moments at which a reader falls asleep, and sees to it
 * that it takes each: from the positions in the rings, whatever it prints. For
 * stress.bats.
 *
 * Usage: wakeups IFACE ROUNDS LEAST_NS MOST_NS PIN...
 * In each round two packets, so many nanoseconds apart. Exit 1 if one was still
 * in a ring after some seconds.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

enum { RINGS_MAX = 64, NS_PER_SEC = 1000000000 };

#define PATIENCE_NS (5ll * NS_PER_SEC)

static struct {
	const volatile unsigned long *consumer, *producer;
} rings[RINGS_MAX];
static int n_rings;

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * (long long)NS_PER_SEC + ts.tv_nsec;
}

static int map_ring(const char *pin)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd = bpf_obj_get(pin);
	void *c = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	void *p = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, (off_t)page);

	if (fd < 0 || c == MAP_FAILED || p == MAP_FAILED) {
		perror(pin);
		return -1;
	}
	rings[n_rings].consumer = c;
	rings[n_rings++].producer = p;
	return 0;
}

static int all_taken(void)
{
	for (int i = 0; i < n_rings; i++)
		if (*rings[i].consumer != *rings[i].producer)
			return 0;
	return 1;
}

static unsigned long all_put(void)
{
	unsigned long sum = 0;

	for (int i = 0; i < n_rings; i++)
		sum += *rings[i].producer;
	return sum;
}

/* Returns whether what was to come came: a packet into a ring, or out of all. */
static int wait_until_put(unsigned long before)
{
	for (long long end = now_ns() + PATIENCE_NS; all_put() == before;)
		if (now_ns() > end)
			return 0;
	return 1;
}

static int wait_until_taken(void)
{
	for (long long end = now_ns() + PATIENCE_NS; !all_taken(); usleep(50))
		if (now_ns() > end)
			return 0;
	return 1;
}

int main(int argc, char **argv)
{
	static const struct ethhdr frame[4] = { { .h_source = { 2, 0, 0, 0, 0, 1 } } };
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	long rounds, least, most;
	unsigned long before;
	long long until;
	int fd;

	if (argc < 6 || argc - 5 > RINGS_MAX) {
		fputs("usage: wakeups IFACE ROUNDS LEAST_NS MOST_NS PIN...\n", stderr);
		return 2;
	}
	rounds = atol(argv[2]);
	least = atol(argv[3]);
	most = atol(argv[4]);
	for (int i = 5; i < argc; i++)
		if (map_ring(argv[i]))
			return 2;
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror(argv[1]);
		return 2;
	}
	for (long i = 0; i < rounds; i++) {
		for (int packet = 0; packet < 2; packet++) {
			before = all_put();
			if (send(fd, frame, sizeof(frame), 0) < 0 || !wait_until_put(before)) {
				fprintf(stderr, "round %ld: a packet did not get through\n", i);
				return 2;
			}
			if (packet)
				break;
			/* From when the first one was taken on, which is not noticed late. */
			for (until = now_ns() + PATIENCE_NS; !all_taken() && now_ns() < until;)
				;
			until = now_ns() + least + random() % (most - least + 1);
			while (now_ns() < until)
				;
		}
		if (!wait_until_taken()) {
			fprintf(stderr, "round %ld: a packet was not taken\n", i);
			return 1;
		}
		/* Long enough for a timed sleep to end, and for the reader to sleep without limit.
		 */
		usleep(2500);
	}
	return 0;
}
