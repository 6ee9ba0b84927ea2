// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `latency`: how long it takes from a packet's arrival at the XDP
 * program until its line can be read at the other end of a pipe.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/capturer.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/target.h"
#include "tests/bench/traffic.h"

#define MS     1000000LL
#define DAY_US (24 * 60 * 60 * 1000000LL)

/* One packet at a time up to 10 kpps; above it what is due in 100 us. */
enum { RUN_MS = 1000, QUICK_RUN_MS = 500, BURST_NS = 100000, SIZE = 64 };
enum { LOW_PPS = 1000 };

enum { PIPE_BYTES = 1 << 20, CHUNK = 1 << 16, BINS = 1 << 17 };

enum figure { P50, P99, MOST, MISSING };

struct latency {
	enum capturer what;
	long long pps;
	int ms;
};

/* What reads the lines: a thread of its own, while the calling one makes packets. */
static struct {
	pthread_t thread;
	int fd;
	long long lines;
	long long most;      /* us */
	uint32_t bins[BINS]; /* by us; the last one: that, or more */
	char chunk[CHUNK];
} lines;

static bool digits(const char *s)
{
	return s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9';
}

static int two(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* Of "[HH:MM:SS.uuuuuu] ..." the microseconds since midnight; -1: no such line. */
static long long stamp(const char *line, size_t n)
{
	if (n < 17 || line[0] != '[' || !digits(line + 1) || line[9] != '.')
		return -1;
	return ((two(line + 1) * 60LL + two(line + 4)) * 60 + two(line + 7)) * 1000000 +
	       two(line + 10) * 10000 + two(line + 12) * 100 + two(line + 14);
}

static long long now_of_day(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec * 1000000LL + now.tv_nsec / 1000) % DAY_US;
}

static void take_line(const char *line, size_t n, long long now)
{
	long long us = stamp(line, n);

	if (us < 0)
		return;
	us = (now - us + DAY_US) % DAY_US;
	if (us > DAY_US / 2)
		us = 0; /* a clock that was set meanwhile */
	lines.lines++;
	lines.bins[us < BINS ? us : BINS - 1]++;
	if (us > lines.most)
		lines.most = us;
}

/* A line was there when the chunk was that it ends in. */
static void *read_lines(void *unused)
{
	size_t kept = 0;
	ssize_t n;

	(void)unused;
	bench_pin(READER_CPU);
	while ((n = read(lines.fd, lines.chunk + kept, CHUNK - kept)) > 0) {
		const char *end = lines.chunk + kept + n, *line = lines.chunk, *newline;
		long long now = now_of_day();

		while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
			take_line(line, (size_t)(newline - line), now);
			line = newline + 1;
		}
		kept = (size_t)(end - line);
		if (kept == CHUNK)
			kept = 0; /* no line of ours */
		memmove(lines.chunk, line, kept);
	}
	return NULL;
}

static double quantile(double part)
{
	long long before = 0, rank = (long long)(part * (double)lines.lines);
	int us = 0;

	for (; us < BINS - 1; us++) {
		before += lines.bins[us];
		if (before > rank)
			break;
	}
	return us;
}

/* Starts the capture with a pipe for its lines, and who reads them. */
static int start(struct capture *capture, enum capturer what)
{
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC))
		return bench_fail(-errno, "no pipe");
	fcntl(fds[0], F_SETPIPE_SZ, PIPE_BYTES);
	memset(&lines, 0, sizeof(lines));
	lines.fd = fds[0];
	err = capture_start(capture, what, NULL, fds[1], OUTPUT_NULL);
	close(fds[1]);
	if (err) {
		close(fds[0]);
		return err;
	}
	err = -pthread_create(&lines.thread, NULL, read_lines, NULL);
	if (err) {
		close(fds[0]);
		capture_stop(capture, NULL);
		return bench_fail(err, "no thread to read the lines");
	}
	return 0;
}

/* The reader ends, so the pipe does, and with it the thread. */
static int stop(struct capture *capture, long long *lost)
{
	int err = capture_stop(capture, lost);

	pthread_join(lines.thread, NULL);
	close(lines.fd);
	return err;
}

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct latency *latency = arg;
	struct traffic_run traffic;
	struct cpu_window window;
	struct capture capture;
	long long lost, backlog;
	int err, stopped;

	err = start(&capture, latency->what);
	if (err)
		return err;
	err = cpu_window_begin(&window, capture.reader.pid);
	if (!err)
		err = traffic_pace(SIZE, latency->pps, BURST_NS, latency->ms * MS, &traffic);
	if (!err)
		err = cpu_window_end(&window, capture.reader.pid);
	if (!err)
		err = capture_drain(&capture, &backlog);
	stopped = stop(&capture, &lost);
	if (err || stopped)
		return err ? err : stopped;

	figures[P50] = quantile(0.50);
	figures[P99] = quantile(0.99);
	figures[MOST] = (double)lines.most;
	figures[MISSING] = (double)(traffic.packets - lines.lines);
	return cpu_window_disturbed(&window) ? -EAGAIN : 0;
}

static void report_variant(const struct variant *v)
{
	const struct latency *latency = v->arg;
	const char *capturer = capturer_name(latency->what);
	long long kpps = latency->pps / 1000;
	char name[96], note[96];

	snprintf(name, sizeof(name), "%lld kpps: %s, 50 %%", kpps, capturer);
	report_row(name, "us", &v->samples[P50], REPORT_NO_RATIO, NULL);
	snprintf(name, sizeof(name), "%lld kpps: %s, 99 %%", kpps, capturer);
	snprintf(note, sizeof(note), "the latest line of all: %.0f us",
		 samples_max(&v->samples[MOST]));
	report_row(name, "us", &v->samples[P99], REPORT_NO_RATIO, note);
	if (samples_max(&v->samples[MISSING]) > 0)
		report_note("up to %.0f packets of a run had no line",
			    samples_max(&v->samples[MISSING]));

	if (latency->what == CAPTURER_XDPTAP_IMMEDIATE && latency->pps == LOW_PPS) {
		snprintf(name, sizeof(name), "%lld kpps: half of the lines, immediate", kpps);
		target_report(name, "us", samples_median(&v->samples[P50]), AT_MOST, 60,
			      &v->samples[P50], NULL);
	} else if (latency->what == CAPTURER_XDPTAP_TEXT) {
		snprintf(name, sizeof(name), "%lld kpps: half of the lines", kpps);
		target_report(name, "us", samples_median(&v->samples[P50]), AT_MOST, 1000,
			      &v->samples[P50], NULL);
		snprintf(name, sizeof(name), "%lld kpps: 99 %% of the lines", kpps);
		target_report(name, "us", samples_median(&v->samples[P99]), AT_MOST, 5000,
			      &v->samples[P50], NULL);
	}
}

static int latency(const struct bench *b)
{
	static const struct latency whats[] = {
		{ CAPTURER_XDPTAP_TEXT, LOW_PPS, 0 },      { CAPTURER_XDPTAP_TEXT, 10000, 0 },
		{ CAPTURER_XDPTAP_TEXT, 100000, 0 },       { CAPTURER_XDPTAP_TEXT, 500000, 0 },
		{ CAPTURER_XDPTAP_IMMEDIATE, LOW_PPS, 0 }, { CAPTURER_XDPTAP_IMMEDIATE, 100000, 0 },
	};
	enum { WHATS = sizeof(whats) / sizeof(whats[0]) };
	struct variant variants[WHATS] = { 0 };
	struct latency runs[WHATS];
	int n = 0, err;

	for (int i = 0; i < WHATS; i++) {
		if (!capturer_there(whats[i].what))
			continue;
		runs[n] = whats[i];
		runs[n].ms = b->quick ? QUICK_RUN_MS : RUN_MS;
		variants[n].run = run;
		variants[n].arg = &runs[n];
		n++;
	}
	err = traffic_open();
	if (err)
		return err;
	report_section("latency", "from the XDP program to a line in a pipe");
	setenv("TZ", "UTC", 1); /* of the readers, so of their lines */
	err = variants_run(b, variants, n);
	for (int i = 0; i < n && !err; i++)
		report_variant(&variants[i]);
	if (!capturer_there(CAPTURER_XDPTAP_IMMEDIATE))
		report_note("this xdptap-reader has no --immediate-mode");
	traffic_close();
	return err;
}

const struct section latency_section = {
	.name = "latency",
	.help = "from the XDP program to a line of text that can be read",
	.run = latency,
};
