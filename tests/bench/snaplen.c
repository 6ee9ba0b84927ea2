// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `snaplen`: what the bytes of a frame cost the CPU that received
 * it, by BPF_PROG_TEST_RUN, read by -q as in `cost`. Frames that are cut and frames
 * that fit go two ways in the program.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/shipped.h"
#include "tests/bench/test_run.h"

enum tap { SNAP_0, SNAP_64, SNAP_128, SNAP_1500, SNAP_FULL, TAPS };

static const struct {
	const char *dev, *words;
} taps[TAPS] = {
	[SNAP_0] = { "snaplen-0", "snaplen 0" },
	[SNAP_64] = { "snaplen-64", "snaplen 64" },
	[SNAP_128] = { "snaplen-128", "snaplen 128" },
	[SNAP_1500] = { "snaplen-1500", "snaplen 1500" },
	[SNAP_FULL] = { "snaplen-full", "snaplen full" },
};

static struct shipped shipped[TAPS] = {
	SHIPPED_NONE, SHIPPED_NONE, SHIPPED_NONE, SHIPPED_NONE, SHIPPED_NONE,
};

/* How often each is run: many rings of 8 MiB. */
static const struct {
	enum packet packet;
	int repeat;
} frames[] = {
	{ UDP_64, 1000 * 1000 },
	{ UDP_1500, 500 * 1000 },
	{ UDP_9000, 200 * 1000 },
};

enum { FRAMES = sizeof(frames) / sizeof(frames[0]), ROWS = FRAMES * TAPS };

struct what {
	int frame;
	enum tap tap;
};

enum figure { NS, FULL };

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	struct shipped *s = &shipped[what->tap];
	int repeat = frames[what->frame].repeat, err, stopped;
	struct packet_stats before, after;
	struct process reader;

	err = shipped_stats(s, &before);
	if (!err)
		err = shipped_reader_start(s, "-q", &reader);
	if (err)
		return err;
	err = test_run(s->prog_fd, frames[what->frame].packet, repeat, &figures[NS]);
	stopped = shipped_reader_stop(s, &reader, NULL);
	if (!stopped)
		stopped = shipped_stats(s, &after);
	if (err && err != -EAGAIN)
		return err;
	if (stopped)
		return stopped;
	/* A packet that finds the ring full takes less. */
	figures[FULL] = 100.0 * (double)(after.dropped - before.dropped) / repeat;
	return figures[FULL] > 0 ? -EAGAIN : err;
}

static void report(const struct variant v[ROWS])
{
	char name[64], note[64];

	for (int i = 0; i < ROWS; i++) {
		const struct what *what = v[i].arg;

		snprintf(name, sizeof(name), "%s, %s", taps[what->tap].words,
			 packet_name(frames[what->frame].packet));
		snprintf(note, sizeof(note), "%.1f %% found the ring full",
			 samples_median(&v[i].samples[FULL]));
		report_row(name, "ns", &v[i].samples[NS], REPORT_NO_RATIO,
			   samples_max(&v[i].samples[FULL]) > 0 ? note : NULL);
	}
	report_note("More than with snaplen 0:");
	for (int i = 0; i < ROWS; i++) {
		const struct what *what = v[i].arg;
		const struct samples *none = v[i - what->tap].samples;

		if (what->tap == SNAP_0)
			continue;
		snprintf(name, sizeof(name), "%s, %s", taps[what->tap].words,
			 packet_name(frames[what->frame].packet));
		report_figure(name, "ns", samples_difference(&v[i].samples[NS], &none[NS]),
			      samples_ratio(&v[i].samples[NS], &none[NS]), NULL);
	}
}

static int snaplen(const struct bench *b)
{
	struct variant variants[ROWS] = { 0 };
	struct what whats[ROWS];
	int err = bench_pin(PRODUCER_CPU);

	for (enum tap i = 0; i < TAPS && !err; i++)
		err = shipped_open(&shipped[i], taps[i].dev, taps[i].words);
	if (err)
		goto out;
	for (int i = 0; i < ROWS; i++) {
		whats[i] = (struct what){ i / TAPS, i % TAPS };
		variants[i].run = run;
		variants[i].arg = &whats[i];
	}
	report_section("snaplen", "ns for a packet, by how many of its bytes are captured");
	err = variants_run(b, variants, ROWS);
	if (!err)
		report(variants);
out:
	for (enum tap i = 0; i < TAPS; i++)
		shipped_close(&shipped[i]);
	return err;
}

const struct section snaplen_section = {
	.name = "snaplen",
	.help = "ns a packet for the first bytes of a frame, of several sizes",
	.run = snaplen,
};
