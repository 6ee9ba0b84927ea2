// SPDX-License-Identifier: BSD-2-Clause
/*
 * The reader of naive.bpf.c, the plain way: one process that loads, attaches,
 * and prints what libbpf's ring_buffer__poll() hands it. Usage: naive [-q] DEV
 */
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/if_link.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tests/bench/naive.h"
#include "tests/bench/naive.skel.h"

enum { POLL_MS = 100 };

static volatile sig_atomic_t stopped;
static bool quiet;
static unsigned long long total, tcp, udp, other;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static void print_flags(unsigned int flags)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} names[] = {
		{ NAIVE_FRAG, "FRAG" }, { NAIVE_LOW_TTL, "LOW_TTL" }, { NAIVE_SYN, "SYN" },
		{ NAIVE_FIN, "FIN" },   { NAIVE_RST, "RST" },
	};
	const char *before = " [";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags & names[i].bit))
			continue;
		printf("%s%s", before, names[i].name);
		before = ",";
	}
	if (flags)
		putchar(']');
}

static void print_event(const struct naive_event *ev)
{
	time_t seconds = (time_t)(ev->ktime_ns / 1000000000);
	struct tm tm;

	localtime_r(&seconds, &tm);
	printf("[%02d:%02d:%02d.%03u] %s %u.%u.%u.%u:%u -> %u.%u.%u.%u:%u (%u bytes)", tm.tm_hour,
	       tm.tm_min, tm.tm_sec, (unsigned int)(ev->ktime_ns / 1000000 % 1000),
	       ev->proto == 6    ? "TCP"
	       : ev->proto == 17 ? "UDP"
				 : "other",
	       ev->src >> 24, ev->src >> 16 & 255, ev->src >> 8 & 255, ev->src & 255, ev->sport,
	       ev->dst >> 24, ev->dst >> 16 & 255, ev->dst >> 8 & 255, ev->dst & 255, ev->dport,
	       ev->len);
	print_flags(ev->flags);
	putchar('\n');
}

static int take(void *ctx, void *data, size_t size)
{
	const struct naive_event *ev = data;

	(void)ctx;
	if (size < sizeof(*ev))
		return 0;
	total++;
	if (ev->proto == 6)
		tcp++;
	else if (ev->proto == 17)
		udp++;
	else
		other++;
	if (!quiet)
		print_event(ev);
	return 0;
}

static int fail(const char *what)
{
	fprintf(stderr, "naive: %s: %s\n", what, strerror(errno));
	return 1;
}

static unsigned long long lost(int stats_fd)
{
	int cpus = libbpf_num_possible_cpus();
	unsigned long long sum = 0;
	__u32 key = NAIVE_LOST;
	__u64 *values;

	values = cpus > 0 ? calloc((size_t)cpus, sizeof(*values)) : NULL;
	if (values && !bpf_map_lookup_elem(stats_fd, &key, values))
		for (int i = 0; i < cpus; i++)
			sum += values[i];
	free(values);
	return sum;
}

int main(int argc, char **argv)
{
	struct naive_bpf *skel;
	struct ring_buffer *ring;
	int ifindex, n;

	quiet = argc > 1 && !strcmp(argv[1], "-q");
	if (argc != 2 + quiet) {
		fputs("usage: naive [-q] DEV\n", stderr);
		return 2;
	}
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	ifindex = (int)if_nametoindex(argv[argc - 1]);
	if (!ifindex)
		return fail(argv[argc - 1]);
	skel = naive_bpf__open_and_load();
	if (!skel)
		return fail("cannot load the program");
	ring = ring_buffer__new(bpf_map__fd(skel->maps.naive_ring), take, NULL, NULL);
	if (!ring)
		return fail("cannot open the ring");
	if (bpf_xdp_attach(ifindex, bpf_program__fd(skel->progs.naive), XDP_FLAGS_DRV_MODE, NULL))
		return fail("cannot attach");

	do {
		n = ring_buffer__poll(ring, POLL_MS);
		fflush(stdout);
	} while (!stopped && (n >= 0 || n == -EINTR));

	bpf_xdp_detach(ifindex, XDP_FLAGS_DRV_MODE, NULL);
	ring_buffer__consume(ring);
	printf("total %llu, TCP %llu, UDP %llu, other %llu\n", total, tcp, udp, other);
	fprintf(stderr, "%llu packets dropped by kernel\n",
		lost(bpf_map__fd(skel->maps.naive_stats)));
	ring_buffer__free(ring);
	naive_bpf__destroy(skel);
	return 0;
}
