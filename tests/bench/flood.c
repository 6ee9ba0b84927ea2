// SPDX-License-Identifier: BSD-2-Clause
/* One capture under load, or several in search of a rate; for live.c and lossless.c. */
#include <errno.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/flood.h"
#include "tests/bench/traffic.h"

#define MS 1000000LL

enum { SEARCH_STEPS = 6, SEARCH_AGAIN = 3 };

/*
 * A reader that is too slow loses nothing until the ring is full. So a rate
 * counts as lossless only if what is left at the end takes no longer to read
 * than this part of the run.
 */
enum { PERCENT_BACKLOG = 2 };

bool flood_lossless(const struct flood *flood, double loss, double backlog_ms)
{
	return loss == 0 && backlog_ms * 100 <= flood->ms * PERCENT_BACKLOG;
}

static int run_traffic(const struct flood *flood, struct traffic_run *run)
{
	if (flood->program_only)
		return traffic_test_run(flood->pps, MS, flood->ms * MS, run);
	if (flood->pps)
		return traffic_pace(flood->bytes, flood->pps, MS, flood->ms * MS, run);
	return traffic_flood(flood->bytes, flood->ms * MS, run);
}

int flood_run(const struct flood *flood, double figures[VARIANT_FIGURES])
{
	long long lost = 0, backlog = 0;
	struct traffic_run traffic;
	struct cpu_window window;
	struct capture capture;
	double packets;
	int err, stopped;

	err = capture_start(&capture, flood->what, flood->filter, -1, flood->output);
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

	figures[FLOOD_RATE] = (double)traffic.packets * 1e3 / (double)traffic.ns;
	packets = (double)(traffic.packets ? traffic.packets : 1);
	figures[FLOOD_LOSS] = 100.0 * (double)lost / packets;
	figures[FLOOD_READER] = 100.0 * (double)window.reader / (double)window.wall;
	figures[FLOOD_BACKLOG] = (double)backlog / 1e6;
	figures[FLOOD_CPU] = (double)window.busy / packets;
	figures[FLOOD_MATCHED] =
		capture.captured < 0 ? -1 : 100.0 * (double)(capture.captured + lost) / packets;
	return cpu_window_disturbed(&window) ? -EAGAIN : 0;
}

int flood_search(const struct flood *flood, double most, double *best, int *dropped)
{
	double low = 0, high = most, figures[VARIANT_FIGURES];
	struct flood paced = *flood;
	bool disturbed = false;
	int err;

	for (int i = 0; i < SEARCH_STEPS; i++) {
		paced.pps = (long long)((low + high) / 2 * 1e6);
		for (int again = 0; again < SEARCH_AGAIN; again++) {
			*dropped += again > 0;
			err = flood_run(&paced, figures);
			if (err != -EAGAIN)
				break;
		}
		if (err && err != -EAGAIN)
			return err;
		disturbed |= err != 0;
		if (flood_lossless(&paced, figures[FLOOD_LOSS], figures[FLOOD_BACKLOG]))
			low = figures[FLOOD_RATE];
		else
			high = (low + high) / 2;
	}
	*best = low;
	return disturbed ? -EAGAIN : 0;
}
