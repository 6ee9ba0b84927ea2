// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `writers`: what a packet costs xdptap-reader in each form that it
 * can write, and to each kind of file. As in `reader` the packets wait in the ring.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/backlog.h"
#include "tests/bench/bench.h"
#include "tests/bench/output.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"

/* What is wanted, M packets/s. */
static const double json_wanted = 1.5, pcapng_wanted = 4;

/* One CPU has half of the rings, or less. */
enum tap { PLAIN, SNAP_64, SNAP_1500, TAPS };

static struct shipped shipped[TAPS] = {
	[PLAIN] = SHIPPED_NONE,
	[SNAP_64] = SHIPPED_NONE,
	[SNAP_1500] = SHIPPED_NONE,
};

static const struct {
	const char *dev, *words;
	enum packet packet;
	int few, many;
} taps[TAPS] = {
	[PLAIN] = { "writers-0", "ring 64M", UDP_64, 10000, 410000 },
	[SNAP_64] = { "writers-64", "ring 128M snaplen 64", UDP_64, 10000, 410000 },
	[SNAP_1500] = { "writers-1500", "ring 512M snaplen 1500", UDP_1500, 10000, 110000 },
};

struct form {
	const char *name;
	enum tap tap;
	const char *option; /* "-w": to that output */
	enum output_kind output;
};

enum row {
	QUIET,
	TEXT,
	JSON,
	SYNTHESIZED,
	QUIET_64,
	TEXT_64,
	JSON_64,
	PCAPNG_64,
	PCAPNG_64_TMPFS,
	PCAPNG_64_DISK,
	PCAPNG_1500,
	PCAPNG_1500_TMPFS,
	PCAPNG_1500_DISK,
	ROWS
};

static const struct form forms[ROWS] = {
	[QUIET] = { "-q", PLAIN, "-q", OUTPUT_NULL },
	[TEXT] = { "text", PLAIN, NULL, OUTPUT_NULL },
	[JSON] = { "-j", PLAIN, "-j", OUTPUT_NULL },
	[SYNTHESIZED] = { "-w --synthesize", PLAIN, "-w", OUTPUT_NULL },
	[QUIET_64] = { "snaplen 64: -q", SNAP_64, "-q", OUTPUT_NULL },
	[TEXT_64] = { "snaplen 64: text", SNAP_64, NULL, OUTPUT_NULL },
	[JSON_64] = { "snaplen 64: -j", SNAP_64, "-j", OUTPUT_NULL },
	[PCAPNG_64] = { "snaplen 64: -w", SNAP_64, "-w", OUTPUT_NULL },
	[PCAPNG_64_TMPFS] = { "snaplen 64: -w, tmpfs", SNAP_64, "-w", OUTPUT_TMPFS },
	[PCAPNG_64_DISK] = { "snaplen 64: -w, disk", SNAP_64, "-w", OUTPUT_DISK },
	[PCAPNG_1500] = { "snaplen 1500: -w", SNAP_1500, "-w", OUTPUT_NULL },
	[PCAPNG_1500_TMPFS] = { "snaplen 1500: -w, tmpfs", SNAP_1500, "-w", OUTPUT_TMPFS },
	[PCAPNG_1500_DISK] = { "snaplen 1500: -w, disk", SNAP_1500, "-w", OUTPUT_DISK },
};

/* figures[0]: million packets in a second of CPU; [1]: ns a packet. */
static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct form *form = arg;
	const struct backlog backlog = { &shipped[form->tap], taps[form->tap].packet,
					 taps[form->tap].few, taps[form->tap].many };
	struct output output;
	const char *options[] = { form->option, NULL, NULL, NULL };
	int err = output_open(&output, form->output);

	if (form->option && form->option[1] == 'w') {
		options[1] = output.path;
		options[2] = form->tap == PLAIN ? "--synthesize" : NULL;
	}
	if (!err)
		err = backlog_read(&backlog, options, &figures[1]);
	figures[0] = 1e3 / figures[1];
	output_close(&output);
	return err;
}

static void report(const struct variant v[ROWS])
{
	for (enum row i = 0; i < ROWS; i++)
		report_row(forms[i].name, "M/s", &v[i].samples[0],
			   samples_ratio(&v[i].samples[0], &v[QUIET].samples[0]), NULL);
	for (enum row i = 0; i < ROWS; i++)
		report_row(forms[i].name, "ns", &v[i].samples[1], REPORT_NO_RATIO, NULL);
	report_bar("-j > /dev/null", "M packets/s", samples_median(&v[JSON].samples[0]), AT_LEAST,
		   json_wanted);
	report_bar("-j > /dev/null, snaplen 64", "M packets/s",
		   samples_median(&v[JSON_64].samples[0]), AT_LEAST, json_wanted);
	report_bar("-w /dev/null, snaplen 64", "M packets/s",
		   samples_median(&v[PCAPNG_64].samples[0]), AT_LEAST, pcapng_wanted);
}

static int writers(const struct bench *b)
{
	struct variant variants[ROWS] = { 0 };
	int err = bench_pin(PRODUCER_CPU);

	for (enum tap i = 0; i < TAPS && !err; i++)
		err = shipped_open(&shipped[i], taps[i].dev, taps[i].words);
	if (err)
		goto out;
	for (enum row i = 0; i < ROWS; i++) {
		variants[i].run = run;
		variants[i].arg = (void *)&forms[i];
	}
	report_section("writers", "CPU time of xdptap-reader, by what it writes; to /dev/null");
	err = variants_run(b, variants, ROWS);
	if (!err)
		report(variants);
out:
	for (enum tap i = 0; i < TAPS; i++)
		shipped_close(&shipped[i]);
	return err;
}

const struct section writers_section = {
	.name = "writers",
	.help = "what a packet costs the reader as text, JSON, pcapng; to files",
	.run = writers,
};
