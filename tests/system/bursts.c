// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends N numbered UDP frames from one CPU, in random bursts with random pauses,
 * some of about the length of the reader's timed sleep. For stress.bats. The number is
 * in the ports, the low half in the source port; the CPU in the address
 * 10.9.CPU.1.
 *
 * Usage: bursts IFACE CPU FIRST COUNT SEED
 * With the seed 0 there are no pauses.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Microseconds; a timed sleep has one or two thousand. */
static const useconds_t pauses[] = { 0, 0, 1, 50, 300, 1000, 1500, 1700, 2500, 10000, 30000 };

#define N_PAUSES (sizeof(pauses) / sizeof(pauses[0]))

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	unsigned char payload[22]; /* to the 64 bytes that Ethernet wants */
} __attribute__((packed));

static struct frame numbered_frame(int cpu, unsigned long number)
{
	struct frame f = {
		.eth = { .h_dest = { 2, 0, 0, 0, 0, 2 }, .h_source = { 2, 0, 0, 0, 0, 1 } },
		.ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP },
	};

	f.eth.h_proto = htons(ETH_P_IP);
	f.ip.tot_len = htons(sizeof(f) - sizeof(f.eth));
	f.ip.saddr = htonl(0x0a090001u | (unsigned int)cpu << 8);
	f.ip.daddr = htonl(0x0a090002u);
	f.udp.source = htons((unsigned short)number);
	f.udp.dest = htons((unsigned short)(number >> 16));
	f.udp.len = htons(sizeof(f) - sizeof(f.eth) - sizeof(f.ip));
	return f;
}

static int run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	unsigned long number, end, burst;
	struct frame frame;
	int fd, cpu;

	if (argc != 6) {
		fputs("usage: bursts IFACE CPU FIRST COUNT SEED\n", stderr);
		return 2;
	}
	cpu = atoi(argv[2]);
	number = strtoul(argv[3], NULL, 10);
	end = number + strtoul(argv[4], NULL, 10);
	srandom((unsigned int)strtoul(argv[5], NULL, 10) + (unsigned int)cpu);
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (run_on(cpu) || !to.sll_ifindex || fd < 0 ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror(argv[1]);
		return 1;
	}
	while (number < end) {
		/* Single ones as often as many. */
		burst = 1ul << random() % 10;
		while (burst-- && number < end) {
			frame = numbered_frame(cpu, number);
			while (send(fd, &frame, sizeof(frame), 0) < 0) {
				if (errno == ENOBUFS)
					continue;
				perror("send");
				return 1;
			}
			number++;
		}
		if (atoi(argv[5]))
			usleep(pauses[(size_t)random() % N_PAUSES]);
	}
	return 0;
}
