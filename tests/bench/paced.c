// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `paced`: what a capture costs at a rate that any machine has, all
 * of it: the reader, and what the packets' own CPU does for it. And what it
 * costs when nothing comes.
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

enum { RUN_MS = 1200, QUICK_RUN_MS = 700, IDLE_MS = 2000, SIZE = 64 };

/* A burst is what a network card's interrupt brings, and not what aligns with ticks. */
enum { BURST_NS = 500000 };

enum figure { READER, ALL, LOSS, REACHED };

struct paced {
	enum capturer what;
	long long pps;
	int ms;
};

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct paced *paced = arg;
	struct traffic_run traffic;
	struct cpu_window window;
	struct capture capture;
	long long lost = 0;
	int err, stopped;

	err = capture_start(&capture, paced->what, NULL, -1, OUTPUT_NULL);
	if (err)
		return err;
	err = cpu_window_begin(&window, capture.reader.pid);
	if (!err)
		err = traffic_pace(SIZE, paced->pps, BURST_NS, paced->ms * MS, &traffic);
	if (!err)
		err = cpu_window_end(&window, capture.reader.pid);
	stopped = capture_stop(&capture, &lost);
	if (err || stopped)
		return err ? err : stopped;

	figures[READER] = 100.0 * (double)window.reader / (double)window.wall;
	figures[ALL] = 100.0 * (double)window.busy / (double)window.wall;
	figures[LOSS] = (double)lost;
	figures[REACHED] = 100.0 * (double)traffic.packets / (double)traffic.wanted;
	return cpu_window_disturbed(&window) ? -EAGAIN : 0;
}

/* What a variant has above another, round by round. */
static struct samples above(const struct samples *s, const struct samples *none)
{
	struct samples difference = *s;

	for (int i = 0; i < s->n; i++)
		difference.value[i] -= none->value[i];
	return difference;
}

static void report_variant(const struct variant *v, const struct variant *none, double limit)
{
	const struct paced *paced = v->arg;
	const char *capturer = capturer_name(paced->what);
	struct samples all = above(&v->samples[ALL], &none->samples[ALL]);
	long long kpps = paced->pps / 1000;
	char name[96];

	snprintf(name, sizeof(name), "%lld kpps: %s", kpps, capturer);
	if (v == none) {
		report_row(name, "%", &v->samples[ALL], REPORT_NO_RATIO,
			   "both CPUs, generator and all; what follows is above it");
		return;
	}
	report_row(name, "%", &all, REPORT_NO_RATIO, NULL);
	snprintf(name, sizeof(name), "%lld kpps: %s, reader", kpps, capturer);
	report_row(name, "%", &v->samples[READER], REPORT_NO_RATIO, NULL);
	if (samples_max(&v->samples[LOSS]) > 0)
		report_note("up to %.0f packets of a run were lost",
			    samples_max(&v->samples[LOSS]));
	if (samples_min(&v->samples[REACHED]) < 99)
		report_note("a run came to %.0f %% of the rate", samples_min(&v->samples[REACHED]));
	if (paced->what == CAPTURER_XDPTAP_QUIET || paced->what == CAPTURER_XDPTAP_TEXT) {
		snprintf(name, sizeof(name), "%lld kpps: CPU of %s in all", kpps, capturer);
		target_report(name, "%", samples_median(&all), AT_MOST, limit, &v->samples[ALL],
			      &none->samples[ALL]);
	}
}

static int at_rate(const struct bench *b, long long pps, double limit)
{
	static const enum capturer whats[] = { CAPTURER_NONE,        CAPTURER_XDPTAP_QUIET,
					       CAPTURER_XDPTAP_TEXT, CAPTURER_XDPTAP_IMMEDIATE,
					       CAPTURER_NAIVE_QUIET, CAPTURER_TCPDUMP_FILE };
	struct variant variants[CAPTURERS] = { 0 };
	struct paced paced[CAPTURERS];
	int n = 0, err;

	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		if (!capturer_there(whats[i]))
			continue;
		if (whats[i] == CAPTURER_XDPTAP_IMMEDIATE && pps > 100000)
			continue;
		paced[n] = (struct paced){ whats[i], pps, b->quick ? QUICK_RUN_MS : RUN_MS };
		variants[n].run = run;
		variants[n].arg = &paced[n];
		n++;
	}
	err = variants_run(b, variants, n);
	if (err)
		return err;
	for (int i = 0; i < n; i++)
		report_variant(&variants[i], &variants[0], limit);
	return 0;
}

/* After packets came, and were read: CPU time and switches of 2 s of nothing. */
static int idle(enum capturer what)
{
	struct cpu_process before, after;
	struct traffic_run traffic;
	struct capture capture;
	long long backlog;
	char text[96];
	int err, stopped;

	err = capture_start(&capture, what, NULL, -1, OUTPUT_NULL);
	if (err)
		return err;
	err = traffic_pace(SIZE, 10000, BURST_NS, 200 * MS, &traffic);
	if (!err)
		err = capture_drain(&capture, &backlog);
	if (!err)
		err = cpu_process_read(capture.reader.pid, &before);
	bench_sleep_ms(IDLE_MS);
	if (!err)
		err = cpu_process_read(capture.reader.pid, &after);
	stopped = capture_stop(&capture, NULL);
	if (err || stopped)
		return bench_fail(err ? err : stopped, "%s without traffic", capturer_name(what));

	snprintf(text, sizeof(text), "%s: CPU in 2 s without traffic", capturer_name(what));
	report_bar(text, "ms", (double)(after.ns - before.ns) / 1e6, AT_MOST, 0);
	snprintf(text, sizeof(text), "%s: context switches in 2 s without traffic",
		 capturer_name(what));
	report_bar(text, "", (double)(after.switches - before.switches), AT_MOST, 0);
	return 0;
}

static int paced(const struct bench *b)
{
	int err = traffic_open();

	if (err)
		return err;
	report_section("paced", "CPU time above no capture, of one CPU; output to /dev/null");
	err = at_rate(b, 100000, 4);
	if (!err)
		err = at_rate(b, 500000, 8);
	for (enum capturer what = CAPTURER_XDPTAP_QUIET; what <= CAPTURER_XDPTAP_IMMEDIATE; what++)
		if (!err && capturer_there(what))
			err = idle(what);
	traffic_close();
	return err;
}

const struct section paced_section = {
	.name = "paced",
	.help = "CPU time of a capture at 100 and 500 kpps, and without traffic",
	.run = paced,
};
