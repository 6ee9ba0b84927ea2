// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends N UDP frames of a given size out of an interface as fast as an
 * AF_PACKET socket takes them; for the tests, in their own namespace. The
 * source port counts up, so that a receiver can tell which are missing.
 *
 * Usage: flood IFACE COUNT [BYTES [USECS_BETWEEN_BATCHES_OF_64]]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, LEAST = 64, MOST = 9000 };

static unsigned char frames[BATCH][MOST];

static void build(unsigned char *frame, size_t bytes)
{
	struct ethhdr eth = { .h_dest = { 2, 0, 0, 0, 0, 2 }, .h_source = { 2, 0, 0, 0, 0, 1 } };
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
	struct udphdr udp = { .dest = htons(9) }; /* discard */

	eth.h_proto = htons(ETH_P_IP);
	ip.tot_len = htons((unsigned short)(bytes - sizeof(eth)));
	ip.saddr = inet_addr("10.9.0.1");
	ip.daddr = inet_addr("10.9.0.2");
	udp.len = htons((unsigned short)(bytes - sizeof(eth) - sizeof(ip)));
	memcpy(frame, &eth, sizeof(eth));
	memcpy(frame + sizeof(eth), &ip, sizeof(ip));
	memcpy(frame + sizeof(eth) + sizeof(ip), &udp, sizeof(udp));
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	size_t bytes = argc > 3 ? strtoul(argv[3], NULL, 10) : LEAST;
	useconds_t pause = argc > 4 ? (useconds_t)strtoul(argv[4], NULL, 10) : 0;
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	struct mmsghdr messages[BATCH] = { 0 };
	struct iovec iov[BATCH];
	unsigned long sent = 0;
	int fd, n;

	if (!count || bytes < LEAST || bytes > MOST) {
		fputs("usage: flood IFACE COUNT [BYTES 64-9000 [USECS]]\n", stderr);
		return 2;
	}
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!to.sll_ifindex || fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror(argv[1]);
		return 1;
	}
	for (int i = 0; i < BATCH; i++) {
		build(frames[i], bytes);
		iov[i] = (struct iovec){ .iov_base = frames[i], .iov_len = bytes };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
	}
	while (sent < count) {
		unsigned int batch = count - sent < BATCH ? (unsigned int)(count - sent) : BATCH;

		for (unsigned int i = 0; i < batch; i++) {
			unsigned short port = htons((unsigned short)(sent + i));

			memcpy(frames[i] + sizeof(struct ethhdr) + sizeof(struct iphdr), &port,
			       sizeof(port));
		}
		n = sendmmsg(fd, messages, batch, 0);
		if (n < 0 && errno == ENOBUFS)
			continue;
		if (n < 0) {
			perror("sendmmsg");
			return 1;
		}
		sent += (unsigned long)n;
		if (pause)
			usleep(pause);
	}
	printf("%lu\n", sent);
	return 0;
}
