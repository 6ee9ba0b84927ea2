// SPDX-License-Identifier: BSD-2-Clause
/*
 * Puts events into the first ring buffer of a tap as if they came from the exit of XDP programs,
 * on kernels that could not trace one, for at_exit.bats. Each is a UDP packet of 64 captured
 * bytes. It wakes nobody.
 *
 * Usage: at_exit DIR [MEMBER ACTION COUNT]...
 */
#include <errno.h>
#include <error.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/abi.h"
#include "tests/system/at_exit.h"
#include "tests/system/at_exit.skel.h"

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

#define ADDRESS(last) (10 << 24 | 9 << 16 | (last))

static struct record make_record(__u32 member, __u32 action)
{
	const struct frame frame = {
		.eth.h_proto = htons(ETH_P_IP),
		.ip = {
			.version = 4,
			.ihl = 5,
			.tot_len = htons(64 - ETH_HLEN),
			.ttl = 64,
			.protocol = 17,
			.saddr = htonl(ADDRESS(1)),
			.daddr = htonl(ADDRESS(2)),
		},
		.udp = { htons(40000), htons(9), htons(64 - ETH_HLEN - sizeof(struct iphdr)), 0 },
	};
	struct record r = {
		.event = {
			.src = { 10, 9, 0, 1 },
			.dst = { 10, 9, 0, 2 },
			.len = 64,
			.action = action & 7,
			.member = member & 31,
			.sport = 40000,
			.dport = 9,
			.eth_type = ETH_P_IP,
			.proto = 17,
			.flags = XDPTAP_EV_IP | XDPTAP_EV_PORTS,
		},
	};

	memcpy(r.bytes, &frame, sizeof(frame));
	return r;
}

static void put(int prog_fd, struct record r)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &r, .ctx_size_in = sizeof(r));

	if (bpf_prog_test_run_opts(prog_fd, &run))
		error(1, errno, "can't run the program");
	if (run.retval)
		error(1, -(int)run.retval, "can't put an event into the ring buffer");
}

int main(int argc, char **argv)
{
	struct at_exit_bpf *skel;
	char path[PATH_MAX];
	int fd;

	if (argc < 5 || argc % 3 != 2)
		error(2, 0, "usage: at_exit DIR [MEMBER ACTION COUNT]...");
	snprintf(path, sizeof(path), "%s/" XDPTAP_MAP_RING, argv[1]);
	fd = bpf_obj_get(path);
	skel = at_exit_bpf__open();
	if (fd < 0 || !skel || bpf_map__reuse_fd(skel->maps.ring, fd) || at_exit_bpf__load(skel))
		error(1, errno, "can't load the program");
	for (char **arg = argv + 2; *arg; arg += 3)
		for (int n = atoi(arg[2]); n; n--)
			put(bpf_program__fd(skel->progs.put),
			    make_record((__u32)atoi(arg[0]), (__u32)atoi(arg[1])));
	at_exit_bpf__destroy(skel);
	return 0;
}
