// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `live`: how many packets a second go through an interface while
 * they are captured, and whether all of them are. The generator gives all it has.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/capturer.h"
#include "tests/bench/flood.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/target.h"
#include "tests/bench/traffic.h"

enum { RUN_MS = 1500, QUICK_RUN_MS = 500, SMALL = 64, SIZES_RUNS = 3 };

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	return flood_run(arg, figures);
}

/* What is wanted: of xdptap-reader's two ways, each by itself. */
static int report_lossless(const struct variant *v, const struct variant *ceiling)
{
	const struct flood *flood = v->arg;
	double most = samples_median(&v->samples[FLOOD_RATE]), best = most;
	double ratio = samples_ratio(&v->samples[FLOOD_RATE], &ceiling->samples[FLOOD_RATE]);
	int dropped = 0, err = 0;
	char text[80];

	if (!flood_lossless(flood, samples_max(&v->samples[FLOOD_LOSS]),
			    samples_median(&v->samples[FLOOD_BACKLOG])))
		err = flood_search(flood, most, &best, &dropped);
	if (err && err != -EAGAIN)
		return err;
	if (best < most) {
		ratio = best / samples_median(&ceiling->samples[FLOOD_RATE]);
		snprintf(text, sizeof(text), "%s, lossless", capturer_name(flood->what));
		report_figure(text, "Mpps", best, ratio, "less than flat out: found by paced runs");
	}
	snprintf(text, sizeof(text), "%s: lossless rate, to that of no capture",
		 capturer_name(flood->what));
	target_report(text, "", ratio, AT_LEAST, 0.80, &v->samples[FLOOD_RATE],
		      &ceiling->samples[FLOOD_RATE]);
	return 0;
}

/* Of all but the first one, which captures nothing. */
static void report_figures(const struct variant *variants, int n, enum flood_figure figure,
			   const char *what, const char *unit)
{
	char name[80];

	for (int i = 1; i < n; i++) {
		const struct flood *flood = variants[i].arg;

		if (figure == FLOOD_BACKLOG && samples_max(&variants[i].samples[figure]) == 0)
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

	for (enum capturer what = 0; what <= CAPTURER_DUMPCAP; what++) {
		if (what == CAPTURER_XDPTAP_IMMEDIATE)
			continue; /* it is for low rates */
		if (!capturer_there(what)) {
			report_note("%s: not installed", capturer_name(what));
			continue;
		}
		floods[n] = (struct flood){ .what = what,
					    .bytes = SMALL,
					    .ms = b->quick ? QUICK_RUN_MS : RUN_MS };
		variants[n].run = run;
		variants[n].arg = &floods[n];
		n++;
	}
	err = variants_run(b, variants, n);
	if (err)
		return err;
	for (int i = 0; i < n; i++)
		report_row(capturer_name(floods[i].what), "Mpps", &variants[i].samples[FLOOD_RATE],
			   samples_ratio(&variants[i].samples[FLOOD_RATE],
					 &variants[0].samples[FLOOD_RATE]),
			   NULL);
	report_figures(variants, n, FLOOD_LOSS, "loss", "%");
	report_figures(variants, n, FLOOD_READER, "CPU", "%");
	report_figures(variants, n, FLOOD_BACKLOG, "backlog", "ms");
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
		floods[i] = (struct flood){ .what = i % 2 ? CAPTURER_XDPTAP_QUIET : CAPTURER_NONE,
					    .bytes = sizes[i / 2],
					    .ms = QUICK_RUN_MS };
		variants[i].run = run;
		variants[i].arg = &floods[i];
	}
	err = variants_run(&few, variants, 4);
	for (int i = 0; i < 4 && !err; i++) {
		snprintf(name, sizeof(name), "%s, %d bytes", capturer_name(floods[i].what),
			 floods[i].bytes);
		report_row(name, "Mpps", &variants[i].samples[FLOOD_RATE],
			   samples_ratio(&variants[i].samples[FLOOD_RATE],
					 &variants[i & ~1].samples[FLOOD_RATE]),
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
