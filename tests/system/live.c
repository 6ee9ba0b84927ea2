// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sends COUNT UDP frames of 64 bytes out of a veth at a given rate, as fast as the kernel makes
 * them (BPF_PROG_TEST_RUN with live frames), which is several times what a socket does. Each
 * carries its number, from 0 on, in the first 8 bytes of the payload, in host byte order; those
 * with an even number go to port 9, the others to port 10. Prints the rate that it reached, in
 * packets per second. tests/system/sequence.c reads the numbers.
 *
 * Usage: live IFACE COUNT PER_SECOND
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tests/system/live.skel.h"

#define SECOND  1000000000LL
#define TICK_NS 1000000LL

/* Frames that the kernel makes at once; a veth's queue has room for 256. */
enum { BATCH = 64, BYTES = 64, LOOPBACK = 1 };

static void build(unsigned char *frame)
{
	struct ethhdr eth = { .h_dest = { 2, 0, 0, 0, 0, 2 }, .h_source = { 2, 0, 0, 0, 0, 1 } };
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
	struct udphdr udp = { .source = htons(40000) };

	eth.h_proto = htons(ETH_P_IP);
	ip.tot_len = htons(BYTES - sizeof(eth));
	ip.saddr = htonl(0x0a090001); /* 10.9.0.1 */
	ip.daddr = htonl(0x0a090002);
	udp.len = htons(BYTES - sizeof(eth) - sizeof(ip));
	memcpy(frame, &eth, sizeof(eth));
	memcpy(frame + sizeof(eth), &ip, sizeof(ip));
	memcpy(frame + sizeof(eth) + sizeof(ip), &udp, sizeof(udp));
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void sleep_until(long long due)
{
	const struct timespec wake = { .tv_sec = due / SECOND, .tv_nsec = due % SECOND };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL) == EINTR)
		;
}

static void send_frames(int prog_fd, const unsigned char *frame, long long n)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = BYTES,
		    .repeat = (int)n, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = n < BATCH ? (__u32)n : BATCH);
	int err = bpf_prog_test_run_opts(prog_fd, &run);

	if (err)
		error(1, -err, "can't make frames");
}

int main(int argc, char **argv)
{
	long long count = argc == 4 ? atoll(argv[2]) : 0, rate = argc == 4 ? atoll(argv[3]) : 0;
	long long sent = 0, start, most, n;
	unsigned char frame[BYTES] = { 0 };
	struct live_bpf *skel;
	int fd, err;

	if (count <= 0 || rate <= 0 || !if_nametoindex(argv[1]))
		error(2, 0, "usage: live IFACE COUNT PER_SECOND");
	skel = live_bpf__open();
	if (!skel)
		error(1, errno, "can't open the program");
	skel->rodata->to_ifindex = if_nametoindex(argv[1]);
	err = live_bpf__load(skel);
	if (err)
		error(1, -err, "can't load the program");
	fd = bpf_program__fd(skel->progs.number);
	/* Of a program that is attached nowhere, each run waits for tens of ms. */
	err = bpf_xdp_attach(LOOPBACK, fd, XDP_FLAGS_SKB_MODE, NULL);
	if (err)
		error(1, -err, "can't attach the program to lo");

	build(frame);
	/* After a delay it catches up a little each time: a burst would overflow the queue. */
	most = 4 * rate * TICK_NS / SECOND > BATCH ? 4 * rate * TICK_NS / SECOND : BATCH;
	start = now();
	for (long long due = start + TICK_NS; sent < count; due += TICK_NS) {
		sleep_until(due);
		n = (now() - start) * rate / SECOND - sent;
		if (n > most)
			n = most;
		if (n > count - sent)
			n = count - sent;
		if (n > 0)
			send_frames(fd, frame, n);
		sent += n > 0 ? n : 0;
	}
	bpf_xdp_detach(LOOPBACK, XDP_FLAGS_SKB_MODE, NULL);
	if (skel->bss->next != (__u64)count)
		error(1, 0, "%llu frames were made", (unsigned long long)skel->bss->next);
	printf("%lld\n", count * SECOND / (now() - start));
	live_bpf__destroy(skel);
	return 0;
}
