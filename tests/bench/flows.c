// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `flows`: what it costs to count each packet in its flow, by how many
 * flows there are, each packet's drawn at random: nothing is less friendly to the
 * caches. Traffic has favourites, so it lies between one flow and these.
 */
#include <errno.h>
#include <stdio.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tests/bench/bench.h"
#include "tests/bench/packets.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/sandbox.h"
#include "tests/bench/shipped.h"
#include "tests/bench/talkers.skel.h"
#include "tests/bench/test_run.h"

/* RUN is short, to be left alone by others; MANY fit into LARGE, with a batch for each CPU. */
enum { RUN = 30 * 1000, MANY = 1000 * 1000 };
#define LARGE "1050000"
#define SMALL "10000"

static struct shipped off = SHIPPED_NONE, large = SHIPPED_NONE, small = SHIPPED_NONE;
static struct talkers_bpf *skel;

enum row { HARNESS, OFF, ONE, THOUSAND, TEN_THOUSAND, MILLION, TOO_MANY, ROWS };

static const struct what {
	const char *name;
	struct shipped *tap; /* NULL: none */
	__u32 senders;
} rows[ROWS] = {
	[HARNESS] = { "nothing (harness)", NULL, 1 },
	[OFF] = { "xdptap, flows 0", &off, MANY },
	[ONE] = { "flows " LARGE ", 1 flow", &large, 1 },
	[THOUSAND] = { "flows " LARGE ", 1,000", &large, 1000 },
	[TEN_THOUSAND] = { "flows " LARGE ", 10,000", &large, 10000 },
	[MILLION] = { "flows " LARGE ", 1,000,000", &large, MANY },
	[TOO_MANY] = { "flows " SMALL ", 100,000", &small, 100000 },
};

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = *(const struct what **)arg;
	int err, emptied;

	skel->bss->which = (__u32)(what - rows);
	skel->bss->senders = what->senders;
	err = test_run(bpf_program__fd(skel->progs.talkers), UDP_64, RUN, &figures[0]);
	emptied = !what->tap || (err && err != -EAGAIN) ? 0 : shipped_empty(what->tap);
	return emptied ? emptied : err;
}

/* All flows are made before it is measured what one more packet of them costs. */
static int make_flows(void)
{
	double ns;
	int err;

	skel->bss->which = MILLION;
	skel->bss->senders = MANY;
	skel->bss->in_order = 1;
	err = test_run(bpf_program__fd(skel->progs.talkers), UDP_64, MANY, &ns);
	skel->bss->in_order = 0;
	return err && err != -EAGAIN ? err : shipped_empty(&large);
}

static int open_talkers(void)
{
	int err;

	skel = talkers_bpf__open_and_load();
	if (!skel)
		return bench_fail(-errno, "cannot load a BPF program");
	for (__u32 i = 0; i < ROWS; i++)
		if (rows[i].tap && bpf_map_update_elem(bpf_map__fd(skel->maps.measured), &i,
						       &rows[i].tap->prog_fd, BPF_ANY))
			return bench_fail(-errno, "cannot call xdptap's program");
	err = sandbox_veth("talkers", "talkers-peer");
	if (!err)
		err = sandbox_attach("talkers", bpf_program__fd(skel->progs.talkers));
	return err ? err : make_flows();
}

static void report(const struct variant v[ROWS])
{
	for (enum row i = 0; i < ROWS; i++)
		report_row(rows[i].name, "ns", &v[i].samples[0],
			   i < OFF ? REPORT_NO_RATIO
				   : samples_ratio(&v[i].samples[0], &v[OFF].samples[0]),
			   NULL);
	report_note("Without the harness, and what flows add:");
	report_figure("flows 0", "ns",
		      samples_difference(&v[OFF].samples[0], &v[HARNESS].samples[0]),
		      REPORT_NO_RATIO, NULL);
	for (enum row i = ONE; i < ROWS; i++)
		report_figure(rows[i].name, "ns",
			      samples_difference(&v[i].samples[0], &v[OFF].samples[0]),
			      REPORT_NO_RATIO, NULL);
}

static int flows(const struct bench *b)
{
	struct variant variants[ROWS] = { 0 };
	const struct what *whats[ROWS];
	int err;

	err = bench_pin(PRODUCER_CPU);
	if (!err)
		err = shipped_open(&off, "flows-off", NULL);
	if (!err)
		err = shipped_open(&large, "flows-large", "flows " LARGE);
	if (!err)
		err = shipped_open(&small, "flows-small", "flows " SMALL);
	if (!err)
		err = open_talkers();
	if (err)
		goto out;
	for (enum row i = 0; i < ROWS; i++) {
		whats[i] = &rows[i];
		variants[i].run = run;
		variants[i].arg = &whats[i];
	}
	report_section("flows", "ns for a packet (UDP, 64 bytes), its flow drawn at random");
	err = variants_run(b, variants, ROWS);
	if (!err)
		report(variants);
out:
	if (skel)
		sandbox_veth_delete("talkers");
	talkers_bpf__destroy(skel);
	shipped_close(&small);
	shipped_close(&large);
	shipped_close(&off);
	return err;
}

const struct section flows_section = {
	.name = "flows",
	.help = "ns a packet with its flow counted, by how many flows there are",
	.run = flows,
};
