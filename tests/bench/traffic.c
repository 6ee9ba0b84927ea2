// SPDX-License-Identifier: BSD-2-Clause
/* The packets of the benchmark; for live.c, paced.c and latency.c. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <linux/if_link.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tests/bench/bench.h"
#include "tests/bench/generator.skel.h"
#include "tests/bench/mix.h"
#include "tests/bench/sandbox.h"
#include "tests/bench/test_run.h"
#include "tests/bench/traffic.h"

#define SECOND 1000000000LL

/* The sending end, and a pair that only holds the generator: see hold(). */
#define TX_DEV    "tx0"
#define HOLD_DEV  "hold0"
#define HOLD_PEER "hold1"

/* Frames that the kernel makes at once; veth's queue has room for 256. */
enum { BATCH = 64 };

/* Runs of a program at once, some ms. */
enum { TEST_RUN_CHUNK = 100 * 1000 };

static struct {
	struct generator_bpf *skel;
	int passing; /* ifindex of TRAFFIC_DEV while that program is on it */
} traffic;

static int make_pair(const char *name, const char *peer)
{
	int err = sandbox_veth(name, peer);

	if (!err)
		err = sandbox_up(name);
	return err ? err : sandbox_up(peer);
}

static int load(bool mixed)
{
	int err;

	traffic.skel = generator_bpf__open();
	if (!traffic.skel)
		return bench_fail(-errno, "cannot open the generator");
	traffic.skel->rodata->to_ifindex = if_nametoindex(TX_DEV);
	traffic.skel->rodata->mixed = mixed;
	mix_build((void *)traffic.skel->rodata->mix);
	err = generator_bpf__load(traffic.skel);
	return err ? bench_fail(err, "cannot load the generator") : 0;
}

static int generate_fd(void)
{
	return bpf_program__fd(traffic.skel->progs.generate);
}

/*
 * Of a program that is attached nowhere, each BPF_PROG_TEST_RUN waits for an RCU
 * grace period, which is tens of ms.
 */
static int hold(void)
{
	int err = make_pair(HOLD_DEV, HOLD_PEER);

	return err ? err : sandbox_attach(HOLD_DEV, generate_fd());
}

static int open_as(bool mixed)
{
	int err = make_pair(TX_DEV, TRAFFIC_DEV);

	if (!err)
		err = load(mixed);
	if (!err)
		err = hold();
	if (err)
		traffic_close();
	return err;
}

int traffic_open(void)
{
	return open_as(false);
}

int traffic_open_mixed(void)
{
	return open_as(true);
}

void traffic_close(void)
{
	traffic_pass_off();
	if (if_nametoindex(HOLD_DEV))
		sandbox_veth_delete(HOLD_DEV);
	if (if_nametoindex(TX_DEV))
		sandbox_veth_delete(TX_DEV);
	generator_bpf__destroy(traffic.skel);
	traffic.skel = NULL;
}

int traffic_pass_on(void)
{
	int err = traffic.passing
			  ? 0
			  : sandbox_attach(TRAFFIC_DEV, bpf_program__fd(traffic.skel->progs.pass));

	if (!err)
		traffic.passing = (int)if_nametoindex(TRAFFIC_DEV);
	return err;
}

void traffic_pass_off(void)
{
	if (traffic.passing)
		bpf_xdp_detach(traffic.passing, XDP_FLAGS_DRV_MODE, NULL);
	traffic.passing = 0;
}

/* What TRAFFIC_DEV has received: its driver counts before any program sees it. */
static int received(long long *packets)
{
	FILE *f = fopen("/proc/net/dev", "re");
	char line[512];
	int err = -ENODEV;

	if (!f)
		return bench_fail(-errno, "/proc/net/dev");
	while (err && fgets(line, sizeof(line), f))
		if (sscanf(line, " " TRAFFIC_DEV ": %*u %lld", packets) == 1)
			err = 0;
	fclose(f);
	return err ? bench_fail(err, TRAFFIC_DEV) : 0;
}

/* To an address that is not the receiver's, so that its stack drops the frame. */
static void build(unsigned char *frame, size_t bytes)
{
	struct ethhdr eth = { .h_dest = { 2, 0, 0, 0, 0, 2 }, .h_source = { 2, 0, 0, 0, 0, 1 } };
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
	struct udphdr udp = { .source = htons(40000), .dest = htons(9) }; /* discard */

	memset(frame, 0, bytes);
	eth.h_proto = htons(ETH_P_IP);
	ip.tot_len = htons((uint16_t)(bytes - sizeof(eth)));
	ip.saddr = htonl(0x0a090001); /* 10.9.0.1 */
	ip.daddr = htonl(0x0a090002);
	udp.len = htons((uint16_t)(bytes - sizeof(eth) - sizeof(ip)));
	memcpy(frame, &eth, sizeof(eth));
	memcpy(frame + sizeof(eth), &ip, sizeof(ip));
	memcpy(frame + sizeof(eth) + sizeof(ip), &udp, sizeof(udp));
}

/* What traffic_flood() and traffic_pace() begin with. */
static int ready(unsigned char frame[TRAFFIC_BYTES_MAX], int bytes, struct traffic_run *run)
{
	int err;

	if (bytes < TRAFFIC_BYTES_MIN || bytes > TRAFFIC_BYTES_MAX)
		return bench_fail(-EINVAL, "frames of %d bytes", bytes);
	build(frame, (size_t)bytes);
	err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = received(&run->packets);
	run->ns = bench_now();
	return err;
}

/* And end with. */
static int done(struct traffic_run *run, long long wanted)
{
	long long before = run->packets;
	int err;

	run->ns = bench_now() - run->ns;
	run->wanted = wanted;
	err = received(&run->packets);
	run->packets -= before;
	return err;
}

static int send_frames(const unsigned char *frame, int bytes, long long n)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = (__u32)bytes,
		    .repeat = (int)n, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = n < BATCH ? (__u32)n : BATCH);
	int err = bpf_prog_test_run_opts(generate_fd(), &run);

	if (err == -EINTR) /* the alarm */
		err = 0;
	return err ? bench_fail(err, "cannot make frames") : 0;
}

static void on_alarm(int sig)
{
	(void)sig;
}

int traffic_flood(int bytes, long long ns, struct traffic_run *run)
{
	/* Again each 10 ms, in case that the first comes before the system call. */
	const struct itimerval at_end = { .it_value = { .tv_sec = ns / SECOND,
							.tv_usec = ns % SECOND / 1000 },
					  .it_interval = { .tv_usec = 10000 } };
	const struct itimerval off = { 0 };
	struct sigaction interrupt = { .sa_handler = on_alarm }, old;
	unsigned char frame[TRAFFIC_BYTES_MAX];
	int err = ready(frame, bytes, run);

	if (err)
		return err;
	sigaction(SIGALRM, &interrupt, &old);
	setitimer(ITIMER_REAL, &at_end, NULL);
	err = send_frames(frame, bytes, INT_MAX);
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &old, NULL);
	return err ? err : done(run, 0);
}

static void sleep_until(long long due)
{
	const struct timespec wake = { .tv_sec = due / SECOND, .tv_nsec = due % SECOND };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL) == EINTR)
		;
}

int traffic_pace(int bytes, long long pps, long long period_ns, long long ns,
		 struct traffic_run *run)
{
	unsigned char frame[TRAFFIC_BYTES_MAX];
	int err = ready(frame, bytes, run);
	long long start = run->ns, sent = 0, n;

	for (long long at = period_ns; !err && at <= ns; at += period_ns) {
		n = at * pps / SECOND - sent;
		if (!n)
			continue;
		sleep_until(start + at);
		if (bench_now() - start > ns + period_ns)
			break;
		err = send_frames(frame, bytes, n);
		sent += n;
	}
	if (!err && pps == 0)
		sleep_until(start + ns);
	return err ? err : done(run, ns * pps / SECOND);
}

static int attached_fd(void)
{
	__u32 id = 0;
	int fd = bpf_xdp_query_id((int)if_nametoindex(TRAFFIC_DEV), XDP_FLAGS_DRV_MODE, &id);

	if (!fd)
		fd = bpf_prog_get_fd_by_id(id);
	return fd < 0 ? bench_fail(fd, TRAFFIC_DEV ": no program") : fd;
}

int traffic_test_run(long long pps, long long period_ns, long long ns, struct traffic_run *run)
{
	int fd = attached_fd(), err = fd < 0 ? fd : bench_pin(PRODUCER_CPU);
	long long start = bench_now(), at = 0, n;
	double each;

	*run = (struct traffic_run){ .wanted = ns * pps / SECOND };
	while (!err && at < ns) {
		at += period_ns;
		n = pps ? at * pps / SECOND - run->packets : TEST_RUN_CHUNK;
		if (pps)
			sleep_until(start + at);
		if (n)
			err = test_run(fd, UDP_64, (int)n, &each);
		if (err == -EAGAIN)
			err = 0;
		run->packets += n;
		if (!pps || bench_now() - start > ns + period_ns)
			at = bench_now() - start;
	}
	run->ns = bench_now() - start;
	if (fd >= 0)
		close(fd);
	return err;
}
