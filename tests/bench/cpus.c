// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `cpus`: whether two CPUs that receive make twice the events of
 * one, or wait for each other in a ring that they share. Nobody reads meanwhile:
 * a run's events fit into the ring.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/floor.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/shipped.h"
#include "tests/bench/test_run.h"

enum { EACH = 100 * 1000 };

static struct shipped one_ring = SHIPPED_NONE, ring_each = SHIPPED_NONE;

struct what {
	struct shipped *tap; /* NULL: the floor */
	enum floor_prog prog;
	int cpus;
};

/* figures[0]: million events a second, of all CPUs. */
static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	int fd = what->tap ? what->tap->prog_fd : floor_prog_fd(what->prog);
	long long emptied = 0;
	double ns = 0;
	int err;

	err = test_run_cpus(fd, UDP_64, EACH, what->cpus, &ns);
	if (err && err != -EAGAIN)
		return err;
	figures[0] = 1e3 / ns;
	emptied = what->tap ? shipped_empty(what->tap) : floor_empty();
	return emptied < 0 ? (int)emptied : err;
}

enum row { PASS, PASS_2, RING, RING_2, NAIVE, NAIVE_2, ONE, ONE_2, EACH_1, EACH_2, ROWS };

static const struct {
	const char *name;
	struct what what;
} rows[ROWS] = {
	[PASS] = { "nothing (harness)", { NULL, FLOOR_PASS, 1 } },
	[PASS_2] = { "nothing, two CPUs", { NULL, FLOOR_PASS, 2 } },
	[RING] = { "one ring", { NULL, FLOOR_RING, 1 } },
	[RING_2] = { "one ring, two CPUs", { NULL, FLOOR_RING, 2 } },
	[NAIVE] = { "naive", { NULL, FLOOR_NAIVE, 1 } },
	[NAIVE_2] = { "naive, two CPUs", { NULL, FLOOR_NAIVE, 2 } },
	[ONE] = { "xdptap rings 1", { &one_ring, 0, 1 } },
	[ONE_2] = { "xdptap rings 1, two CPUs", { &one_ring, 0, 2 } },
	[EACH_1] = { "xdptap rings auto", { &ring_each, 0, 1 } },
	[EACH_2] = { "xdptap rings auto, two CPUs", { &ring_each, 0, 2 } },
};

static void report(const struct variant v[ROWS])
{
	double auto_ns, one_ns;

	for (enum row i = 0; i < ROWS; i++)
		report_row(rows[i].name, "M/s", &v[i].samples[0],
			   samples_ratio(&v[i].samples[0], &v[i & ~1u].samples[0]), NULL);
	report_bar("xdptap rings auto, two CPUs against one", "",
		   samples_ratio(&v[EACH_2].samples[0], &v[EACH_1].samples[0]), AT_LEAST, 1.8);
	auto_ns = 1e3 / samples_median(&v[EACH_1].samples[0]);
	one_ns = 1e3 / samples_median(&v[ONE].samples[0]);
	report_figure("rings auto - rings 1, one CPU", "ns", auto_ns - one_ns,
		      samples_ratio(&v[ONE].samples[0], &v[EACH_1].samples[0]), NULL);
}

static int cpus(const struct bench *b)
{
	struct variant variants[ROWS] = { 0 };
	struct what whats[ROWS];
	int err;

	err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = floor_open();
	if (!err)
		err = shipped_open(&one_ring, "cpus-one", "rings 1");
	if (!err)
		err = shipped_open(&ring_each, "cpus-each", "rings auto");
	if (err)
		goto out;
	for (enum row i = 0; i < ROWS; i++) {
		whats[i] = rows[i].what;
		variants[i].run = run;
		variants[i].arg = &whats[i];
	}
	report_section("cpus", "million events a second of one and two CPUs; ratio: two to one");
	err = variants_run(b, variants, ROWS);
	if (!err)
		report(variants);
out:
	shipped_close(&ring_each);
	shipped_close(&one_ring);
	floor_close();
	return err;
}

const struct section cpus_section = {
	.name = "cpus",
	.help = "events a second of two CPUs against one, by the number of rings",
	.run = cpus,
};
