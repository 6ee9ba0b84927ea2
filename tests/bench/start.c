// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `start`: how long it takes until a packet is counted, and until
 * the interface is free again; with packets that come in all the time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "tests/bench/naive_run.h"
#include "tests/bench/bench.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/sandbox.h"
#include "tests/bench/shipped.h"

#define DEV  "start"
#define PEER "start-peer"

enum { GIVE_UP_MS = 2000 };

static const double attach_most = 60, detach_most = 60; /* ms */

/* Bound to the other end of the veth. */
static int sender = -1;

static int sender_open(const char *dev)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };

	to.sll_ifindex = (int)if_nametoindex(dev);
	sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (sender < 0 || bind(sender, (struct sockaddr *)&to, sizeof(to)))
		return bench_fail(-errno, "%s: no socket to send from", dev);
	return 0;
}

static void sender_close(void)
{
	if (sender >= 0)
		close(sender);
	sender = -1;
}

/* One packet: what of it is lost does not matter. */
static void send_one(void)
{
	__u32 len;
	const void *data = packet_data(UDP_64, &len);

	if (send(sender, data, len, MSG_DONTWAIT) < 0 && errno != ENOBUFS && errno != EAGAIN)
		bench_fail(-errno, "cannot send");
}

static double ms_since(long long begin)
{
	return (double)(bench_now() - begin) / 1e6;
}

/* figures: ms from exec of the loader to its end, to the first count, of detach. */
enum figure { ATTACHED, COUNTED, DETACHED };

static int until_counted(const struct shipped *s)
{
	long long end = bench_now() + GIVE_UP_MS * 1000000LL;
	struct packet_stats stats;
	int err;

	do {
		send_one();
		err = shipped_stats(s, &stats);
		if (err || stats.packets)
			return err;
	} while (bench_now() < end);
	return bench_fail(-ETIMEDOUT, "%s: attached, but no packet is counted", s->dev);
}

static int run_shipped(void *arg, double figures[VARIANT_FIGURES])
{
	struct shipped tap = SHIPPED_NONE;
	long long begin = bench_now();
	int err;

	(void)arg;
	err = shipped_attach(&tap, DEV, NULL);
	if (err)
		return err;
	figures[ATTACHED] = ms_since(begin);
	err = until_counted(&tap);
	figures[COUNTED] = ms_since(begin);
	begin = bench_now();
	if (!err)
		err = shipped_detach(&tap);
	figures[DETACHED] = ms_since(begin);
	return err;
}

/* figures[COUNTED]: ms from exec to a line on a pipe. */
static int run_naive(void *arg, double figures[VARIANT_FIGURES])
{
	char path[PATH_MAX];
	const char *const argv[] = { bench_built(path, "tests/bench/naive"), DEV, NULL };
	struct pollfd out = { .events = POLLIN };
	struct process naive;
	int fds[2], err, stopped;
	long long begin, end;

	(void)arg;
	if (pipe2(fds, O_CLOEXEC))
		return bench_fail(-errno, "no pipe");
	out.fd = fds[0];
	begin = bench_now();
	end = begin + GIVE_UP_MS * 1000000LL;
	err = process_start(&naive, argv, PROCESS_ANY_CPU, fds[1]);
	close(fds[1]);
	if (!err) {
		do
			send_one();
		while (poll(&out, 1, 1) == 0 && bench_now() < end);
		figures[COUNTED] = ms_since(begin);
		if (bench_now() >= end)
			err = bench_fail(-ETIMEDOUT, "naive: prints nothing");
		stopped = process_stop(&naive, NULL);
		err = err ? err : stopped;
	}
	close(fds[0]);
	return err;
}

static void report(const struct variant *shipped, const struct variant *naive)
{
	report_row("xdptap-loader attach", "ms", &shipped->samples[ATTACHED], REPORT_NO_RATIO,
		   NULL);
	report_row("attach, to the first count", "ms", &shipped->samples[COUNTED],
		   samples_ratio(&shipped->samples[COUNTED], &naive->samples[COUNTED]), NULL);
	report_row("xdptap-loader detach", "ms", &shipped->samples[DETACHED], REPORT_NO_RATIO,
		   NULL);
	report_row("naive, to the first line", "ms", &naive->samples[COUNTED], 1, NULL);
	report_bar("attach, to the first packet counted", "ms",
		   samples_median(&shipped->samples[COUNTED]), AT_MOST, attach_most);
	report_bar("detach", "ms", samples_median(&shipped->samples[DETACHED]), AT_MOST,
		   detach_most);
}

static int start(const struct bench *b)
{
	struct variant variants[] = { { .run = run_shipped }, { .run = run_naive } };
	int err;

	err = sandbox_veth(DEV, PEER);
	if (err)
		return err;
	err = sandbox_up(DEV);
	if (!err)
		err = sandbox_up(PEER);
	if (!err)
		err = sender_open(PEER);
	if (!err) {
		report_section("start", "ms from exec, while packets come in");
		err = variants_run(b, variants, 2);
	}
	if (!err)
		report(&variants[0], &variants[1]);
	sender_close();
	sandbox_veth_delete(DEV);
	return err;
}

const struct section start_section = {
	.name = "start",
	.help = "how long attach and detach take",
	.run = start,
};
