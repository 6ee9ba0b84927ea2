// SPDX-License-Identifier: BSD-2-Clause
/*
 * The section `lossless`: the highest rate of which nothing is lost, with 64
 * bytes of each packet: read by -q, written by -w, and by tcpdump and dumpcap.
 * All that the generator has comes first; who loses some of that is searched for
 * its rate, by steps that are many rings long.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/flood.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/target.h"
#include "tests/bench/traffic.h"

enum { RUN_MS = 1000, QUICK_RUN_MS = 300, BYTES = 64, ROUNDS = 3, QUICK_ROUNDS = 1, AGAIN = 3 };

/* What -w reaches of what -q does; they differ by some percent from run to run. */
static const double as_high = 0.95;

enum row {
	FLAT_QUIET,
	FLAT_PCAPNG,
	FLAT_PCAPNG_TMPFS,
	QUIET,
	PCAPNG,
	PCAPNG_TMPFS,
	TCPDUMP,
	TCPDUMP_TMPFS,
	DUMPCAP,
	DUMPCAP_TMPFS,
	ROWS
};

static const struct {
	enum capturer what;
	enum output_kind output;
	bool program_only;
} rows[ROWS] = {
	[FLAT_QUIET] = { CAPTURER_SNAP_QUIET, OUTPUT_NULL, true },
	[FLAT_PCAPNG] = { CAPTURER_SNAP_PCAPNG, OUTPUT_NULL, true },
	[FLAT_PCAPNG_TMPFS] = { CAPTURER_SNAP_PCAPNG, OUTPUT_TMPFS, true },
	[QUIET] = { CAPTURER_SNAP_QUIET, OUTPUT_NULL, false },
	[PCAPNG] = { CAPTURER_SNAP_PCAPNG, OUTPUT_NULL, false },
	[PCAPNG_TMPFS] = { CAPTURER_SNAP_PCAPNG, OUTPUT_TMPFS, false },
	[TCPDUMP] = { CAPTURER_SNAP_TCPDUMP, OUTPUT_NULL, false },
	[TCPDUMP_TMPFS] = { CAPTURER_SNAP_TCPDUMP, OUTPUT_TMPFS, false },
	[DUMPCAP] = { CAPTURER_SNAP_DUMPCAP, OUTPUT_NULL, false },
	[DUMPCAP_TMPFS] = { CAPTURER_SNAP_DUMPCAP, OUTPUT_TMPFS, false },
};

/* By round; `loss` and `cpu` when all came that the generator has. */
struct found {
	struct samples rate, loss, cpu;
};

static void add(struct samples *s, double value)
{
	s->value[s->n++] = value;
}

/* The rate of one round. */
static int find(const struct flood *flood, struct found *found)
{
	double figures[VARIANT_FIGURES], best;
	int err, dropped = 0, searched = 0;

	for (int again = 0; again < AGAIN; again++) {
		dropped += again > 0;
		err = flood_run(flood, figures);
		if (err != -EAGAIN)
			break;
	}
	if (err && err != -EAGAIN)
		return err;
	best = figures[FLOOD_RATE];
	if (!flood_lossless(flood, figures[FLOOD_LOSS], figures[FLOOD_BACKLOG])) {
		searched = flood_search(flood, figures[FLOOD_RATE], &best, &dropped);
		if (searched && searched != -EAGAIN)
			return searched;
	}
	add(&found->rate, best);
	add(&found->loss, figures[FLOOD_LOSS]);
	add(&found->cpu, figures[FLOOD_READER]);
	found->rate.dropped += dropped;
	found->rate.disturbed += err || searched;
	return 0;
}

static const char *name(char buf[64], enum row i)
{
	snprintf(buf, 64, "%s%s %s", rows[i].program_only ? "flat out: " : "",
		 capturer_name(rows[i].what),
		 rows[i].what == CAPTURER_SNAP_QUIET ? "" : output_name(rows[i].output));
	return buf;
}

static void report_pcapng(const struct found *found, enum row pcapng, enum row quiet)
{
	char buf[64], text[96];

	snprintf(text, sizeof(text), "%s, to -q", name(buf, pcapng));
	target_report(text, "", samples_ratio(&found[pcapng].rate, &found[quiet].rate), AT_LEAST,
		      as_high, &found[pcapng].rate, &found[quiet].rate);
}

static void report(const struct found found[ROWS])
{
	char buf[64], note[96];

	for (enum row i = 0; i < ROWS; i++) {
		const struct found *quiet = &found[i < QUIET ? FLAT_QUIET : QUIET];

		if (!found[i].rate.n)
			continue;
		snprintf(note, sizeof(note), "of all that came it lost %.1f %%; CPU %.0f %%",
			 samples_median(&found[i].loss), samples_median(&found[i].cpu));
		report_row(name(buf, i), "Mpps", &found[i].rate,
			   samples_ratio(&found[i].rate, &quiet->rate), note);
	}
	report_pcapng(found, FLAT_PCAPNG, FLAT_QUIET);
	report_pcapng(found, FLAT_PCAPNG_TMPFS, FLAT_QUIET);
	report_pcapng(found, PCAPNG, QUIET);
	report_pcapng(found, PCAPNG_TMPFS, QUIET);
}

static int lossless(const struct bench *b)
{
	int rounds = b->quick ? QUICK_ROUNDS : ROUNDS, err = traffic_open();
	static struct found found[ROWS];

	if (err)
		return err;
	report_section("lossless", "highest rate without loss; 64 bytes a packet; ratio: to -q");
	for (int round = 0; round < rounds; round++) {
		for (enum row i = 0; i < ROWS && !err; i++) {
			const struct flood flood = {
				.what = rows[i].what,
				.output = rows[i].output,
				.program_only = rows[i].program_only,
				.bytes = BYTES,
				.ms = b->quick ? QUICK_RUN_MS : RUN_MS,
			};

			if (capturer_there(rows[i].what))
				err = find(&flood, &found[i]);
			else if (!round)
				report_note("%s: not installed", capturer_name(rows[i].what));
		}
	}
	if (!err)
		report(found);
	traffic_close();
	return err;
}

const struct section lossless_section = {
	.name = "lossless",
	.help = "the highest rate without loss: -q, -w, tcpdump -w, dumpcap -w",
	.run = lossless,
};
