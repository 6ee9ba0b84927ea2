// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `reader`: what an event costs xdptap-reader, how much memory it
 * takes, and how soon it prints. The events wait in the ring before it starts,
 * so that nothing but the reader is measured.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/backlog.h"
#include "tests/bench/bench.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/disturb.h"
#include "tests/bench/floor.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/shipped.h"
#include "tests/bench/test_run.h"

/* Both fit into what one CPU has of 64 MiB of rings. */
enum { FEW = 10 * 1000, MANY = 410 * 1000, WALK_N = 200 * 1000 };
#define RING_SIZE "64M"

enum { LIVE = 1000 * 1000, READER_MS = 10000 };

#define MIB (1 << 20)

static const double lines_wanted = 3, memory_most = 4, first_most = 10;

/* The second has its usual size. */
static struct shipped large = SHIPPED_NONE, shipped = SHIPPED_NONE;

/* figures[0]: million events in a second of CPU; [1]: ns an event. `arg`: not NULL if quiet. */
static int run_rate(void *arg, double figures[VARIANT_FIGURES])
{
	const char *const options[] = { arg, NULL };
	const struct backlog backlog = {
		.tap = &large, .packet = UDP_64, .few = FEW, .many = MANY
	};
	int err = backlog_read(&backlog, options, &figures[1]);

	figures[0] = 1e3 / figures[1];
	return err;
}

/* Nothing but walking the ring, by libbpf. */
static int run_walk(void *arg, double figures[VARIANT_FIGURES])
{
	struct taken taken;
	long long begin, n;
	bool disturbed;
	double ns;
	int err;

	(void)arg;
	err = test_run(floor_prog_fd(FLOOR_RING), UDP_64, WALK_N, &ns);
	if (err && err != -EAGAIN)
		return err;
	err = bench_pin(READER_CPU);
	taken_start(&taken);
	begin = bench_now();
	n = floor_empty();
	figures[1] = (double)(bench_now() - begin) / WALK_N;
	figures[0] = 1e3 / figures[1];
	disturbed = taken_any(&taken);
	if (!err || err == -EAGAIN)
		err = bench_pin(PRODUCER_CPU);
	if (n < 0)
		return (int)n;
	return err ? err : disturbed ? -EAGAIN : 0;
}

/*
 * figures[0]: peak MiB without the rings. Each page of a ring that is mapped is
 * resident from the start, and the data of a ring is mapped twice, one after the
 * other. It is the kernel's memory, which is there with and without a reader.
 */
static int read_memory(pid_t pid, double *mib)
{
	char path[64], line[512];
	unsigned long long kib, peak = 0, rings = 0;
	bool ring = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmHWM: %llu", &peak);
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (strchr(line, '-') && strchr(line, '-') < strchr(line, ' '))
			ring = strstr(line, "bpf-map") || strstr(line, "bpf_map") ||
			       strstr(line, "xdptap/");
		else if (ring && sscanf(line, "Rss: %llu", &kib) == 1)
			rings += kib;
	}
	if (f)
		fclose(f);
	if (!peak || !rings || rings > peak)
		return bench_fail(-ENODATA, "%s: no ring of %llu KiB in %llu", path, rings, peak);
	*mib = (double)(peak - rings) * 1024 / MIB;
	return 0;
}

static int run_memory(void *arg, double figures[VARIANT_FIGURES])
{
	struct process reader;
	long long busy;
	double ns;
	int err, stopped;

	err = shipped_reader_start(&shipped, arg, &reader);
	if (err)
		return err;
	/* It has work, and a backlog. */
	err = test_run(shipped.prog_fd, UDP_64, LIVE, &ns);
	if (!err || err == -EAGAIN)
		err = read_memory(reader.pid, &figures[0]);
	/* What it leaves in the ring would be in the way of others. */
	if (!err && cpu_process_settle(reader.pid, READER_MS * 1000000LL, &busy))
		err = bench_fail(-ETIMEDOUT, "xdptap-reader is never done");
	stopped = shipped_reader_stop(&shipped, &reader, NULL);
	return stopped ? stopped : err;
}

/* figures[0]: ms from exec to the first byte on stdout, of a packet that waits. */
static int run_first(void *arg, double figures[VARIANT_FIGURES])
{
	char path[PATH_MAX];
	const char *const argv[] = { bench_built(path, "xdptap-reader"), shipped.dev, NULL };
	struct pollfd out = { .events = POLLIN };
	struct process reader;
	int fds[2], err, stopped;
	long long begin;

	(void)arg;
	err = backlog_fill(&shipped, UDP_64, 1);
	if (err)
		return err;
	if (pipe2(fds, O_CLOEXEC))
		return bench_fail(-errno, "no pipe");
	begin = bench_now();
	err = process_start(&reader, argv, READER_CPU, fds[1]);
	close(fds[1]);
	if (!err) {
		out.fd = fds[0];
		if (poll(&out, 1, READER_MS) != 1 || !(out.revents & POLLIN))
			err = bench_fail(-ETIMEDOUT, "xdptap-reader prints nothing");
		figures[0] = (double)(bench_now() - begin) / 1e6;
		stopped = shipped_reader_stop(&shipped, &reader, NULL);
		err = err ? err : stopped;
	}
	close(fds[0]);
	return err;
}

enum row { WALK, QUIET, TEXT, MEMORY_QUIET, MEMORY_TEXT, FIRST, ROWS };

static void report(const struct variant v[ROWS])
{
	const struct samples *walk = v[WALK].samples;

	report_row("ring_buffer__consume, no work", "M/s", &walk[0], 1, NULL);
	report_row("xdptap-reader -q", "M/s", &v[QUIET].samples[0],
		   samples_ratio(&v[QUIET].samples[0], &walk[0]), NULL);
	report_row("xdptap-reader > /dev/null", "M/s", &v[TEXT].samples[0],
		   samples_ratio(&v[TEXT].samples[0], &walk[0]), NULL);
	report_row("ring_buffer__consume, no work", "ns", &walk[1], REPORT_NO_RATIO, NULL);
	report_row("xdptap-reader -q", "ns", &v[QUIET].samples[1], REPORT_NO_RATIO, NULL);
	report_row("xdptap-reader > /dev/null", "ns", &v[TEXT].samples[1], REPORT_NO_RATIO, NULL);
	report_row("memory but for the rings, -q", "MiB", &v[MEMORY_QUIET].samples[0],
		   REPORT_NO_RATIO, NULL);
	report_row("memory but for the rings", "MiB", &v[MEMORY_TEXT].samples[0], REPORT_NO_RATIO,
		   NULL);
	report_row("from exec to a line on a pipe", "ms", &v[FIRST].samples[0], REPORT_NO_RATIO,
		   NULL);
	report_bar("lines/s to /dev/null", "M/s", samples_median(&v[TEXT].samples[0]), AT_LEAST,
		   lines_wanted);
	report_bar("peak memory without the rings", "MiB", samples_max(&v[MEMORY_TEXT].samples[0]),
		   AT_MOST, memory_most);
	report_bar("from exec to a line on a pipe", "ms", samples_median(&v[FIRST].samples[0]),
		   AT_MOST, first_most);
}

static int reader(const struct bench *b)
{
	static char quiet[] = "-q";
	struct variant variants[ROWS] = {
		[WALK] = { .run = run_walk },
		[QUIET] = { .run = run_rate, .arg = quiet },
		[TEXT] = { .run = run_rate },
		[MEMORY_QUIET] = { .run = run_memory, .arg = quiet },
		[MEMORY_TEXT] = { .run = run_memory },
		[FIRST] = { .run = run_first },
	};
	int err;

	err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = floor_open();
	if (!err)
		err = shipped_open(&large, "reader-large", "ring " RING_SIZE);
	if (!err)
		err = shipped_open(&shipped, "reader", NULL);
	if (!err) {
		report_section("reader", "xdptap-reader by itself");
		err = variants_run(b, variants, ROWS);
	}
	if (!err)
		report(variants);
	shipped_close(&shipped);
	shipped_close(&large);
	floor_close();
	return err;
}

const struct section reader_section = {
	.name = "reader",
	.help = "what an event costs the reader; its memory, and its start",
	.run = reader,
};
