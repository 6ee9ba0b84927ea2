// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `trace`: what the programs at the entry or exit of another XDP program do, as XDP
 * programs of their own, by BPF_PROG_TEST_RUN. What the kernel takes to call them there, where this
 * kernel may refuse them, is not in it. The rings are emptied between runs.
 */
#include <errno.h>
#include <stdio.h>
#include <bpf/libbpf.h>

#include "tests/bench/bench.h"
#include "tests/bench/floor.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/sandbox.h"
#include "tests/bench/shipped.h"
#include "tests/bench/test_run.h"
#include "tests/bench/trace_cost.skel.h"
#include "tests/bench/verdict_cost.skel.h"

/* Rings as large as those of the shipped taps, which so many events fill less than once; after so
 * many runs, each byte of them has been written. */
enum { REPEAT = 50 * 1000, SNAPLEN = 64, RING = 8 << 20, WARM_UP = 3 };

static struct {
	struct trace_cost_bpf *trace[2]; /* without captured bytes, and with */
	struct ring_buffer *rings;
	struct verdict_cost_bpf *verdict;
	struct shipped shipped[2];
	bool floor;
} t = { .shipped = { SHIPPED_NONE, SHIPPED_NONE } };

static int take(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

static int hold(const char *dev, const struct bpf_program *prog)
{
	char peer[32];
	int err;

	snprintf(peer, sizeof(peer), "%s-peer", dev);
	err = sandbox_veth(dev, peer);
	return err ? err : sandbox_attach(dev, bpf_program__fd(prog));
}

/* Loads the program, with its ring buffer among those that are emptied. */
static int open_trace(int i, const char *dev, __u32 snaplen)
{
	struct trace_cost_bpf *skel = t.trace[i] = trace_cost_bpf__open();
	int err, fd;

	if (!skel)
		return bench_fail(-errno, "cannot open a BPF program");
	skel->rodata->snaplen = snaplen;
	err = bpf_map__set_autocreate(skel->maps.flow_map, false);
	if (!err)
		err = bpf_map__set_autocreate(skel->maps.flow_flushed, false);
	if (!err)
		err = bpf_map__set_max_entries(skel->maps.packet_ringbuf, RING);
	if (!err)
		err = trace_cost_bpf__load(skel);
	if (err)
		return bench_fail(err, "cannot load a BPF program");
	fd = bpf_map__fd(skel->maps.packet_ringbuf);
	if (!t.rings)
		t.rings = ring_buffer__new(fd, take, NULL, NULL);
	else
		err = ring_buffer__add(t.rings, fd, take, NULL);
	if (!t.rings || err)
		return bench_fail(-errno, "cannot map a ring");
	return hold(dev, skel->progs.trace_cost);
}

static int open_verdict(void)
{
	struct tap_member m = { .prog_id = 1, .traced = 1 };
	const __u32 zero = 0;
	int err;

	t.verdict = verdict_cost_bpf__open();
	if (!t.verdict)
		return bench_fail(-errno, "cannot open a BPF program");
	err = bpf_program__set_autoload(t.verdict->progs.count_verdict, false);
	if (!err)
		err = verdict_cost_bpf__load(t.verdict);
	if (!err)
		err = bpf_map__update_elem(t.verdict->maps.members, &zero, sizeof(zero), &m,
					   sizeof(m), 0);
	if (err)
		return bench_fail(err, "cannot load a BPF program");
	return hold("verdict", t.verdict->progs.verdict_cost);
}

enum row { PASS, XDP_0, XDP_64, TRACE_0, TRACE_64, VERDICT, ROWS };

static const char *const names[ROWS] = {
	[PASS] = "nothing (harness)",           [XDP_0] = "xdptap at XDP",
	[XDP_64] = "xdptap at XDP, snaplen 64", [TRACE_0] = "trace tap",
	[TRACE_64] = "trace tap, snaplen 64",   [VERDICT] = "a verdict, counted",
};

static int prog_fd(enum row row)
{
	switch (row) {
	case XDP_0:
	case XDP_64:
		return t.shipped[row - XDP_0].prog_fd;
	case TRACE_0:
	case TRACE_64:
		return bpf_program__fd(t.trace[row - TRACE_0]->progs.trace_cost);
	case VERDICT:
		return bpf_program__fd(t.verdict->progs.verdict_cost);
	default:
		return floor_prog_fd(FLOOR_PASS);
	}
}

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	enum row row = *(const enum row *)arg;
	int err = test_run(prog_fd(row), UDP_64, REPEAT, &figures[0]), n;

	if (err && err != -EAGAIN)
		return err;
	if (row == TRACE_0 || row == TRACE_64) {
		n = ring_buffer__consume(t.rings);
		if (n != REPEAT)
			return bench_fail(-EPROTO, "of %d events %d are in the ring", REPEAT, n);
	}
	if (row == XDP_0 || row == XDP_64)
		return shipped_empty(&t.shipped[row - XDP_0]) ?: err;
	return err;
}

static void report(const struct variant v[ROWS])
{
	for (enum row i = 0; i < ROWS; i++)
		report_row(names[i], "ns", &v[i].samples[0], REPORT_NO_RATIO, NULL);
	report_note("Without the harness:");
	for (enum row i = XDP_0; i < ROWS; i++)
		report_figure(names[i], "ns",
			      samples_difference(&v[i].samples[0], &v[PASS].samples[0]),
			      REPORT_NO_RATIO, NULL);
}

static int open_all(void)
{
	int err = floor_open();

	t.floor = !err;
	if (!err)
		err = shipped_open(&t.shipped[0], "at-xdp", NULL);
	if (!err)
		err = shipped_open(&t.shipped[1], "at-xdp-64", "snaplen 64");
	if (!err)
		err = open_trace(0, "trace", 0);
	if (!err)
		err = open_trace(1, "trace-64", SNAPLEN);
	return err ? err : open_verdict();
}

static void close_all(void)
{
	static const char *const devs[] = { "trace", "trace-64", "verdict" };

	for (int i = 0; i < 2; i++)
		shipped_close(&t.shipped[i]);
	for (size_t i = 0; i < sizeof(devs) / sizeof(devs[0]); i++)
		sandbox_veth_delete(devs[i]);
	ring_buffer__free(t.rings);
	for (int i = 0; i < 2; i++)
		trace_cost_bpf__destroy(t.trace[i]);
	verdict_cost_bpf__destroy(t.verdict);
	if (t.floor)
		floor_close();
}

/* Memory that was never written takes several times as long. */
static int warm_up(enum row row)
{
	double figures[VARIANT_FIGURES];
	int err = 0;

	for (int i = 0; i < WARM_UP && (!err || err == -EAGAIN); i++)
		err = run(&row, figures);
	return err == -EAGAIN ? 0 : err;
}

static int trace(const struct bench *b)
{
	struct variant variants[ROWS] = { 0 };
	enum row rows[ROWS];
	int err = bench_pin(PRODUCER_CPU);

	if (!err)
		err = open_all();
	if (err)
		goto out;
	for (enum row i = 0; i < ROWS && !err; i++) {
		rows[i] = i;
		variants[i].run = run;
		variants[i].arg = &rows[i];
		err = warm_up(i);
	}
	if (err)
		goto out;
	report_section("trace", "ns for a packet, but for the call from the traced program");
	err = variants_run(b, variants, ROWS);
	if (!err)
		report(variants);
out:
	close_all();
	return err;
}

const struct section trace_section = {
	.name = "trace",
	.help = "ns a packet of trace taps and verdicts",
	.run = trace,
};
