// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a filter costs the CPU that received the packet, by BPF_PROG_TEST_RUN. The ring is emptied
 * between runs, and nobody reads meanwhile: so each run is short, and many take turns.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/filter.h"
#include "tests/bench/floor.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/shipped.h"
#include "tests/bench/test_run.h"

#define EXPRESSION "tcp port 443"

/* ALONE has to fit into the ring of one CPU. Short runs are less often disturbed. */
enum { ALONE = 20 * 1000, TURNS = 9 };

/* What is wanted: ns more for a packet that matches; of its cost, for one that does not. */
static const double match_most = 12, no_match_most = 0.5;

enum tap { NO_FILTER, FILTER, TAPS };

static struct shipped shipped[TAPS] = { SHIPPED_NONE, SHIPPED_NONE };

static const struct {
	const char *dev, *words;
} taps[TAPS] = {
	[NO_FILTER] = { "filter-none", "ring 4M" },
	[FILTER] = { "filter-443", "ring 4M filter " EXPRESSION },
};

enum row { HARNESS, CAPTURED, MATCHES, OTHER_PORT, UDP, ROWS };

struct what {
	const char *name;
	enum tap tap;
	enum packet packet;
};

static const struct what whats[ROWS] = {
	[HARNESS] = { "nothing (harness)", TAPS, TCP_443 },
	[CAPTURED] = { "no filter", NO_FILTER, TCP_443 },
	[MATCHES] = { EXPRESSION ": matches", FILTER, TCP_443 },
	[OTHER_PORT] = { EXPRESSION ": another port", FILTER, TCP_80 },
	[UDP] = { EXPRESSION ": UDP", FILTER, UDP_64 },
};

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	int err, emptied;

	if (what->tap == TAPS)
		return test_run(floor_prog_fd(FLOOR_PASS), what->packet, ALONE, &figures[0]);
	err = test_run(shipped[what->tap].prog_fd, what->packet, ALONE, &figures[0]);
	emptied = err && err != -EAGAIN ? 0 : shipped_empty(&shipped[what->tap]);
	return emptied ? emptied : err;
}

static void report(const struct variant v[ROWS])
{
	const struct samples *harness = v[HARNESS].samples, *matches = v[MATCHES].samples;
	double captured = samples_difference(matches, harness);
	char name[80];

	report_note("Cost of a packet of 64 bytes; ratio: to no filter");
	for (enum row i = 0; i < ROWS; i++)
		report_row(whats[i].name, "ns", v[i].samples,
			   samples_ratio(v[i].samples, v[CAPTURED].samples), NULL);
	report_bar("a packet that matches '" EXPRESSION "', more than without a filter", "ns",
		   samples_difference(matches, v[CAPTURED].samples), AT_MOST, match_most);
	for (enum row i = OTHER_PORT; i <= UDP; i++) {
		snprintf(name, sizeof(name), "%s, to one that matches; without the harness",
			 whats[i].name);
		report_bar(name, "", samples_difference(v[i].samples, harness) / captured, AT_MOST,
			   no_match_most);
	}
}

int filter_cost(const struct bench *b)
{
	struct variant variants[ROWS] = { 0 };
	struct bench more = *b;
	int err;

	more.runs = b->runs * TURNS < SAMPLES_MAX ? b->runs * TURNS : SAMPLES_MAX;
	err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = floor_open();
	for (enum tap i = 0; i < TAPS && !err; i++)
		err = shipped_open(&shipped[i], taps[i].dev, taps[i].words);
	for (enum row i = 0; i < ROWS; i++) {
		variants[i].run = run;
		variants[i].arg = (void *)&whats[i];
	}
	if (!err)
		err = variants_run(&more, variants, ROWS);
	if (!err)
		report(variants);
	for (enum tap i = 0; i < TAPS; i++)
		shipped_close(&shipped[i]);
	floor_close();
	return err;
}
