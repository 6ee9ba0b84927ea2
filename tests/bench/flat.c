// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `flat`: as many events as one CPU can make for a second and more,
 * with a reader on the other, and how many of them never reach it. What counts
 * is the time until the reader has taken the last one.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/naive_run.h"
#include "tests/bench/bench.h"
#include "tests/bench/disturb.h"
#include "tests/bench/floor.h"
#include "tests/bench/packets.h"
#include "tests/bench/process.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/shipped.h"
#include "tests/bench/test_run.h"

#define SECOND 1000000000LL
#define MEGA   1e6

enum { CHUNK = 500 * 1000, SETTLE_MS = 20 };
enum figure { RATE, LOST, READER_CPU_TIME, BEHIND };

static const double wanted = 7.5, wished = 10; /* M events/s */

static struct shipped shipped = SHIPPED_NONE;

/* Packets for a second; *n is how many. */
static int produce(int prog_fd, long long *n)
{
	long long end = bench_now() + SECOND;
	struct taken taken;
	double ns;
	int err;

	taken_start(&taken);
	for (*n = 0; bench_now() < end; *n += CHUNK) {
		err = test_run(prog_fd, UDP_64, CHUNK, &ns);
		if (err && err != -EAGAIN)
			return err;
	}
	return taken_any(&taken) ? -EAGAIN : 0;
}

struct clock {
	long long begin, produced;
};

static void figures_set(double figures[VARIANT_FIGURES], const struct clock *c, long long n,
			long long lost, long long reader_ns)
{
	long long wall = bench_now() - c->begin;

	figures[RATE] = (double)(n - lost) * 1e9 / (double)wall / MEGA;
	figures[LOST] = 100.0 * (double)lost / (double)n;
	figures[READER_CPU_TIME] = 100.0 * (double)reader_ns / (double)wall;
	figures[BEHIND] = (double)(wall - (c->produced - c->begin)) / 1e6;
}

static int run_floor(void *arg, double figures[VARIANT_FIGURES])
{
	struct floor_consumer consumer;
	struct clock clock;
	long long n;
	int err, stopped;

	(void)arg;
	err = floor_consumer_start(&consumer);
	if (err)
		return err;
	bench_sleep_ms(SETTLE_MS);
	clock.begin = bench_now();
	err = produce(floor_prog_fd(FLOOR_RING), &n);
	clock.produced = bench_now();
	stopped = floor_consumer_stop(&consumer);
	figures_set(figures, &clock, n, n - consumer.taken, consumer.cpu_ns);
	return stopped ? stopped : err;
}

static int run_naive(void *arg, double figures[VARIANT_FIGURES])
{
	struct naive_run naive;
	struct rusage usage;
	struct clock clock;
	long long n, lost;
	int err, stopped;

	err = naive_run_start(&naive, arg == NULL);
	if (err)
		return err;
	clock.begin = bench_now();
	err = produce(naive.prog_fd, &n);
	clock.produced = bench_now();
	stopped = naive_run_stop(&naive, &lost, &usage);
	if (stopped)
		return stopped;
	figures_set(figures, &clock, n, lost, process_usage_ns(&usage));
	return err;
}

static int run_shipped(void *arg, double figures[VARIANT_FIGURES])
{
	struct packet_stats before, after;
	struct process reader;
	struct rusage usage;
	struct clock clock;
	long long n;
	int err, stopped;

	err = shipped_stats(&shipped, &before);
	if (!err)
		err = shipped_reader_start(&shipped, arg, &reader);
	if (err)
		return err;
	clock.begin = bench_now();
	err = produce(shipped.prog_fd, &n);
	clock.produced = bench_now();
	stopped = shipped_reader_stop(&shipped, &reader, &usage);
	if (stopped)
		return stopped;
	stopped = shipped_stats(&shipped, &after);
	figures_set(figures, &clock, n, (long long)(after.dropped - before.dropped),
		    process_usage_ns(&usage));
	return stopped ? stopped : err;
}

enum row { RING, NAIVE_QUIET, NAIVE_TEXT, SHIPPED_QUIET, SHIPPED_TEXT, ROWS };

static const char *const names[ROWS] = {
	[RING] = "ring, reader sleeps 1 ms", [NAIVE_QUIET] = "naive, quiet",
	[NAIVE_TEXT] = "naive, printing",    [SHIPPED_QUIET] = "xdptap-reader -q",
	[SHIPPED_TEXT] = "xdptap-reader",
};

static void report(const struct variant v[ROWS])
{
	const struct samples *quiet = v[SHIPPED_QUIET].samples;
	char name[64], note[96];

	for (enum row i = 0; i < ROWS; i++) {
		const struct samples *s = v[i].samples;

		snprintf(note, sizeof(note),
			 "reader %.0f %% of a CPU, %.0f ms of backlog at the end",
			 samples_median(&s[READER_CPU_TIME]), samples_median(&s[BEHIND]));
		report_row(names[i], "M/s", &s[RATE],
			   samples_ratio(&s[RATE], &v[RING].samples[RATE]), note);
	}
	for (enum row i = 0; i < ROWS; i++) {
		snprintf(name, sizeof(name), "%s: lost", names[i]);
		report_row(name, "%", &v[i].samples[LOST], REPORT_NO_RATIO, NULL);
	}
	report_bar("xdptap-reader -q, events/s", "M/s", samples_median(&quiet[RATE]), AT_LEAST,
		   wanted);
	report_bar("xdptap-reader -q, events lost", "%", samples_max(&quiet[LOST]), AT_MOST, 0);
	report_bar("xdptap-reader -q, events/s, the further target", "M/s",
		   samples_median(&quiet[RATE]), AT_LEAST, wished);
}

static int flat(const struct bench *b)
{
	static char quiet[] = "-q", printing[] = "printing";
	struct variant variants[ROWS] = {
		[RING] = { .run = run_floor },
		[NAIVE_QUIET] = { .run = run_naive },
		[NAIVE_TEXT] = { .run = run_naive, .arg = printing },
		[SHIPPED_QUIET] = { .run = run_shipped, .arg = quiet },
		[SHIPPED_TEXT] = { .run = run_shipped },
	};
	int err;

	err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = floor_open();
	if (!err)
		err = naive_run_open();
	if (!err)
		err = shipped_open(&shipped, "flat", NULL);
	if (!err) {
		report_section("flat", "million events a second, flat out, read to the last one");
		err = variants_run(b, variants, ROWS);
	}
	if (!err)
		report(variants);
	shipped_close(&shipped);
	naive_run_close();
	floor_close();
	return err;
}

const struct section flat_section = {
	.name = "flat",
	.help = "events a second from one CPU to a reader on another, and the loss",
	.run = flat,
};
