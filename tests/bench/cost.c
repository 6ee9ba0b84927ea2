// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `cost`: what a packet costs the CPU that received it, by
 * BPF_PROG_TEST_RUN, and what of that the kernel asks for in any case.
 *
 * Each program with a ring runs twice. Alone: the ring is emptied between runs,
 * so nobody is woken. Read: somebody takes the events meanwhile, and whatever it
 * costs to wake him and to share the ring's memory with him is in the figure. xdptap also runs with
 * a ring that is full: then each event is counted and lost.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/naive_run.h"
#include "tests/bench/bench.h"
#include "tests/bench/floor.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/shipped.h"
#include "tests/bench/test_run.h"

/* ALONE has to fit into a ring of 16 MiB, or what a ring for each CPU has of it. */
enum { ALONE = 100 * 1000, READ = 1000 * 1000, SETTLE_MS = 20 };

/* What is wanted of xdptap, read, above the harness. */
static const double factor_max = 1.15, ns_more = 10;

/* And when its ring is full, against what it costs with room. */
static const double full_max = 1.10;

static struct shipped shipped = SHIPPED_NONE, full = SHIPPED_NONE;

struct what {
	enum floor_prog prog;
	enum packet packet;
	const char *option; /* xdptap-reader's */
};

static int run_floor(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	int err = test_run(floor_prog_fd(what->prog), what->packet, ALONE, &figures[0]);
	long long n = err && err != -EAGAIN ? 0 : floor_empty();

	if (n > 0 && n != ALONE)
		return bench_fail(-EPROTO, "of %d events %lld are in the ring", ALONE, n);
	return n < 0 ? (int)n : err;
}

static int run_floor_read(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	struct floor_consumer consumer;
	int err = floor_consumer_start(&consumer), stopped;

	if (err)
		return err;
	bench_sleep_ms(SETTLE_MS);
	err = test_run(floor_prog_fd(what->prog), what->packet, READ, &figures[0]);
	stopped = floor_consumer_stop(&consumer);
	if (!err && consumer.taken != READ)
		err = -EAGAIN; /* the consumer did not get its CPU */
	return stopped ? stopped : err;
}

static int run_naive_read(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	struct naive_run naive;
	int err, stopped;

	err = naive_run_start(&naive, true);
	if (err)
		return err;
	err = test_run(naive.prog_fd, what->packet, READ, &figures[0]);
	stopped = naive_run_stop(&naive, NULL, NULL);
	return stopped ? stopped : err;
}

static int run_shipped(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	int err = test_run(shipped.prog_fd, what->packet, ALONE, &figures[0]);
	int emptied = err && err != -EAGAIN ? 0 : shipped_empty(&shipped);

	return emptied ? emptied : err;
}

static int run_shipped_read(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	struct packet_stats before, after;
	struct process reader;
	int err, stopped;

	err = shipped_stats(&shipped, &before);
	if (!err)
		err = shipped_reader_start(&shipped, what->option, &reader);
	if (err)
		return err;
	err = test_run(shipped.prog_fd, what->packet, READ, &figures[0]);
	stopped = shipped_reader_stop(&shipped, &reader, NULL);
	if (!stopped)
		stopped = shipped_stats(&shipped, &after);
	figures[1] = 100.0 * (double)(after.dropped - before.dropped) / READ;
	return stopped ? stopped : err;
}

/* Nobody ever reads this one, so that its ring is full after the round that warms up. */
static int run_full(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	struct packet_stats before, after;
	int err = shipped_stats(&full, &before), disturbed;

	disturbed = err ? err : test_run(full.prog_fd, what->packet, ALONE, &figures[0]);
	if (disturbed && disturbed != -EAGAIN)
		return disturbed;
	err = shipped_stats(&full, &after);
	/* Of what was sent, each one is an event or lost. */
	if (!err && after.events - before.events + after.dropped - before.dropped != ALONE)
		return bench_fail(-EPROTO, "of %d events %llu came and %llu were lost", ALONE,
				  (unsigned long long)(after.events - before.events),
				  (unsigned long long)(after.dropped - before.dropped));
	return err ? err : disturbed;
}

enum row {
	PASS,
	KTIME,
	TAI,
	RING,
	RING_READ,
	NAIVE,
	NAIVE_READ,
	SHIPPED,
	SHIPPED_READ,
	SHIPPED_FULL,
	NAIVE_512,
	NAIVE_1500,
	SHIPPED_512,
	SHIPPED_1500,
	SHIPPED_TCP,
	SHIPPED_IPV6,
	SHIPPED_VLAN,
	ROWS
};

static const struct {
	const char *name;
	int (*run)(void *arg, double figures[VARIANT_FIGURES]);
	struct what what;
} rows[ROWS] = {
	[PASS] = { "nothing (harness)", run_floor, { .prog = FLOOR_PASS } },
	[KTIME] = { "bpf_ktime_get_ns", run_floor, { .prog = FLOOR_KTIME } },
	[TAI] = { "bpf_ktime_get_tai_ns", run_floor, { .prog = FLOOR_TAI } },
	[RING] = { "ring, alone", run_floor, { .prog = FLOOR_RING } },
	[RING_READ] = { "ring, read", run_floor_read, { .prog = FLOOR_RING } },
	[NAIVE] = { "naive, alone", run_floor, { .prog = FLOOR_NAIVE } },
	[NAIVE_READ] = { "naive, read", run_naive_read, { .prog = FLOOR_NAIVE } },
	[SHIPPED] = { "xdptap, alone", run_shipped, { 0 } },
	[SHIPPED_READ] = { "xdptap, read by -q", run_shipped_read, { .option = "-q" } },
	[SHIPPED_FULL] = { "xdptap, ring full", run_full, { 0 } },
	[NAIVE_512] = { "naive", run_floor, { FLOOR_NAIVE, UDP_512, NULL } },
	[NAIVE_1500] = { "naive", run_floor, { FLOOR_NAIVE, UDP_1500, NULL } },
	[SHIPPED_512] = { "xdptap", run_shipped, { .packet = UDP_512 } },
	[SHIPPED_1500] = { "xdptap", run_shipped, { .packet = UDP_1500 } },
	[SHIPPED_TCP] = { "xdptap", run_shipped, { .packet = TCP_SYN_64 } },
	[SHIPPED_IPV6] = { "xdptap", run_shipped, { .packet = UDP_IPV6 } },
	[SHIPPED_VLAN] = { "xdptap", run_shipped, { .packet = UDP_VLAN } },
};

static void report(const struct variant v[ROWS])
{
	const struct samples *pass = &v[PASS].samples[0], *xdptap = &v[SHIPPED_READ].samples[0];
	double ktime = samples_difference(&v[KTIME].samples[0], pass);
	double tai = samples_difference(&v[TAI].samples[0], pass);
	double ring = samples_difference(&v[RING].samples[0], pass);
	double ring_read = samples_difference(&v[RING_READ].samples[0], pass);
	double alone = samples_difference(&v[SHIPPED].samples[0], pass);
	double net = samples_difference(xdptap, pass), floor = ktime + ring;
	double lost = samples_difference(&v[SHIPPED_FULL].samples[0], pass);
	char name[64], note[64];

	for (enum row i = 0; i < ROWS; i++) {
		bool lossy = i == SHIPPED_READ && samples_max(&v[i].samples[1]) > 0;

		snprintf(name, sizeof(name), "%s%s%s", rows[i].name, i < NAIVE_512 ? "" : ", ",
			 i < NAIVE_512 ? "" : packet_name(rows[i].what.packet));
		snprintf(note, sizeof(note), "%.1f %% found the ring full",
			 samples_median(&v[i].samples[1]));
		report_row(name, "ns", &v[i].samples[0], REPORT_NO_RATIO, lossy ? note : NULL);
	}
	report_note("Without the harness, and against the floor of ktime + ring, alone:");
	report_figure("ktime + ring, alone", "ns", floor, 1, NULL);
	report_figure("tai + ring, alone", "ns", tai + ring, (tai + ring) / floor, NULL);
	report_figure("ktime + ring, read", "ns", ktime + ring_read, (ktime + ring_read) / floor,
		      NULL);
	report_figure("naive, read", "ns", samples_difference(&v[NAIVE_READ].samples[0], pass),
		      samples_difference(&v[NAIVE_READ].samples[0], pass) / floor, NULL);
	report_figure("xdptap, alone", "ns", alone, alone / floor, NULL);
	report_figure("xdptap, read by -q", "ns", net, net / floor, NULL);
	report_figure("xdptap, ring full", "ns", lost, lost / floor, NULL);
	report_bar("xdptap, ring full, to a ring with room", "",
		   samples_ratio(&v[SHIPPED_FULL].samples[0], &v[SHIPPED].samples[0]), AT_MOST,
		   full_max);
	report_bar("xdptap with a reader, above the harness, against 1.15 x floor + 10 ns", "ns",
		   net, AT_MOST, factor_max * floor + ns_more);
}

static int cost(const struct bench *b)
{
	struct variant variants[ROWS] = { 0 };
	struct what whats[ROWS];
	int err;

	err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = floor_open();
	if (!err)
		err = naive_run_open();
	if (!err)
		err = shipped_open(&shipped, "cost", NULL);
	if (!err)
		err = shipped_open(&full, "full", "ring 64K");
	if (err)
		goto out;
	for (enum row i = 0; i < ROWS; i++) {
		whats[i] = rows[i].what;
		variants[i].run = rows[i].run;
		variants[i].arg = &whats[i];
	}
	report_section("cost", "ns for a packet (UDP, 64 bytes) on the CPU that receives it");
	err = variants_run(b, variants, ROWS);
	if (!err)
		report(variants);
out:
	shipped_close(&full);
	shipped_close(&shipped);
	naive_run_close();
	floor_close();
	return err;
}

const struct section cost_section = {
	.name = "cost",
	.help = "ns a packet, alone and with a reader, against the kernel's floor",
	.run = cost,
};
