// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `live`: how many packets a second go through an interface while
 * they are captured, and whether all of them are. The generator gives all it has.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/capturer.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/target.h"
#include "tests/bench/traffic.h"

#define MS 1000000LL

enum {
	RUN_MS = 1500,
	QUICK_RUN_MS = 500,
	SMALL = 64,
	SIZES_RUNS = 3,
	SEARCH_STEPS = 6,
	SEARCH_AGAIN = 3
};

/*
 * A reader that is too slow loses nothing until the ring is full. So a rate
 * counts as lossless only if what is left at the end takes no longer to read
 * than this part of the run.
 */
enum { PERCENT_BACKLOG = 2 };

enum figure { RATE, LOSS, READER_CPU_TIME, BACKLOG };

struct flood {
	enum capturer what;
	int bytes;
	int ms;
	long long pps; /* 0: all that go */
};

static bool lossless(const struct flood *flood, double loss, double backlog_ms)
{
	return loss == 0 && backlog_ms * 100 <= flood->ms * PERCENT_BACKLOG;
}

static int run_traffic(const struct flood *flood, struct traffic_run *run)
{
	if (flood->pps)
		return traffic_pace(flood->bytes, flood->pps, MS, flood->ms * MS, run);
	return traffic_flood(flood->bytes, flood->ms * MS, run);
}

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct flood *flood = arg;
	long long lost = 0, backlog = 0;
	struct traffic_run traffic;
	struct cpu_window window;
	struct capture capture;
	int err, stopped;

	err = capture_start(&capture, flood->what, -1);
	if (err)
		return err;
	err = cpu_window_begin(&window, capture.reader.pid);
	if (!err)
		err = run_traffic(flood, &traffic);
	if (!err)
		err = cpu_window_end(&window, capture.reader.pid);
	if (!err)
		err = capture_drain(&capture, &backlog);
	stopped = capture_stop(&capture, &lost);
	if (err || stopped)
		return err ? err : stopped;

	figures[RATE] = (double)traffic.packets * 1e3 / (double)traffic.ns;
	figures[LOSS] = 100.0 * (double)lost / (double)(traffic.packets ? traffic.packets : 1);
	figures[READER_CPU_TIME] = 100.0 * (double)window.reader / (double)window.wall;
	figures[BACKLOG] = (double)backlog / 1e6;
	return cpu_window_disturbed(&window) ? -EAGAIN : 0;
}

/* The highest rate below `most` Mpps, in 2^6 steps, that is captured without loss. */
static int search(const struct flood *flood, double most, double *best)
{
	double low = 0, high = most, figures[VARIANT_FIGURES];
	struct flood paced = *flood;
	int err;

	for (int i = 0; i < SEARCH_STEPS; i++) {
		paced.pps = (long long)((low + high) / 2 * 1e6);
		for (int again = 0; again < SEARCH_AGAIN; again++) {
			err = run(&paced, figures);
			if (err != -EAGAIN)
				break;
		}
		if (err && err != -EAGAIN)
			return err;
		if (lossless(&paced, figures[LOSS], figures[BACKLOG]))
			low = figures[RATE];
		else
			high = (low + high) / 2;
	}
	*best = low;
	return 0;
}

/* What is wanted: of xdptap-reader's two ways, each by itself. */
static int report_lossless(const struct variant *v, const struct variant *ceiling)
{
	const struct flood *flood = v->arg;
	double most = samples_median(&v->samples[RATE]), best = most;
	double ratio = samples_ratio(&v->samples[RATE], &ceiling->samples[RATE]);
	char text[80];
	int err = 0;

	if (!lossless(flood, samples_max(&v->samples[LOSS]), samples_median(&v->samples[BACKLOG])))
		err = search(flood, most, &best);
	if (err)
		return err;
	if (best < most) {
		ratio = best / samples_median(&ceiling->samples[RATE]);
		snprintf(text, sizeof(text), "%s, lossless", capturer_name(flood->what));
		report_figure(text, "Mpps", best, ratio, "less than flat out: found by paced runs");
	}
	snprintf(text, sizeof(text), "%s: lossless rate, to that of no capture",
		 capturer_name(flood->what));
	target_report(text, "", ratio, AT_LEAST, 0.80, &v->samples[RATE], &ceiling->samples[RATE]);
	return 0;
}

/* Of all but the first one, which captures nothing. */
static void report_figures(const struct variant *variants, int n, enum figure figure,
			   const char *what, const char *unit)
{
	char name[80];

	for (int i = 1; i < n; i++) {
		const struct flood *flood = variants[i].arg;

		if (figure == BACKLOG && samples_max(&variants[i].samples[figure]) == 0)
			continue;
		snprintf(name, sizeof(name), "%s: %s", capturer_name(flood->what), what);
		report_row(name, unit, &variants[i].samples[figure], REPORT_NO_RATIO, NULL);
	}
}

static int all_capturers(const struct bench *b)
{
	struct variant variants[CAPTURERS] = { 0 };
	struct flood floods[CAPTURERS];
	int n = 0, err;

	for (enum capturer what = 0; what < CAPTURERS; what++) {
		if (what == CAPTURER_XDPTAP_IMMEDIATE)
			continue; /* it is for low rates */
		if (!capturer_there(what)) {
			report_note("%s: not installed", capturer_name(what));
			continue;
		}
		floods[n] = (struct flood){ what, SMALL, b->quick ? QUICK_RUN_MS : RUN_MS, 0 };
		variants[n].run = run;
		variants[n].arg = &floods[n];
		n++;
	}
	err = variants_run(b, variants, n);
	if (err)
		return err;
	for (int i = 0; i < n; i++)
		report_row(capturer_name(floods[i].what), "Mpps", &variants[i].samples[RATE],
			   samples_ratio(&variants[i].samples[RATE], &variants[0].samples[RATE]),
			   NULL);
	report_figures(variants, n, LOSS, "loss", "%");
	report_figures(variants, n, READER_CPU_TIME, "CPU", "%");
	report_figures(variants, n, BACKLOG, "behind", "ms");
	for (int i = 0; i < n && !err; i++)
		if (floods[i].what == CAPTURER_XDPTAP_QUIET ||
		    floods[i].what == CAPTURER_XDPTAP_TEXT)
			err = report_lossless(&variants[i], &variants[0]);
	return err;
}

/* Whether it changes with the size of the frames: shorter, as it hardly does. */
static int larger_frames(const struct bench *b)
{
	static const int sizes[] = { 512, 1500 };
	struct bench few = *b;
	struct variant variants[2 * 2] = { 0 };
	struct flood floods[2 * 2];
	char name[80];
	int err;

	few.runs = SIZES_RUNS;
	for (int i = 0; i < 4; i++) {
		floods[i] = (struct flood){ i % 2 ? CAPTURER_XDPTAP_QUIET : CAPTURER_NONE,
					    sizes[i / 2], QUICK_RUN_MS, 0 };
		variants[i].run = run;
		variants[i].arg = &floods[i];
	}
	err = variants_run(&few, variants, 4);
	for (int i = 0; i < 4 && !err; i++) {
		snprintf(name, sizeof(name), "%s, %d bytes", capturer_name(floods[i].what),
			 floods[i].bytes);
		report_row(
			name, "Mpps", &variants[i].samples[RATE],
			samples_ratio(&variants[i].samples[RATE], &variants[i & ~1].samples[RATE]),
			NULL);
	}
	return err;
}

static int live(const struct bench *b)
{
	int err = traffic_open();

	if (err)
		return err;
	report_section("live", "highest rate; frames of 64 bytes without FCS; output to /dev/null");
	err = all_capturers(b);
	if (!err)
		err = larger_frames(b);
	traffic_close();
	return err;
}

const struct section live_section = {
	.name = "live",
	.help = "packets a second while they are captured, and how many are lost",
	.run = live,
};
