// SPDX-License-Identifier: BSD-2-Clause
/*
 * Common expressions as filters of a tap, and of tcpdump, on the same live packets: what both CPUs
 * take for a packet, and the highest rate without loss. Both record 64 bytes of what matches, to
 * /dev/null.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/capturer.h"
#include "tests/bench/filter.h"
#include "tests/bench/flood.h"
#include "tests/bench/mix.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/traffic.h"

enum { RUN_MS = 400, QUICK_RUN_MS = 200, ROUNDS = 3, QUICK_ROUNDS = 1 };

/* The first ones are enough for a quick look. */
static const char *const expressions[] = {
	NULL, /* no filter */
	"tcp port 443",
	"vlan 100 and udp",
	"host 10.0.0.1",
	"not port 22",
	"net 192.0.2.0/24",
	"udp port 53",
	"icmp",
	"tcp[tcpflags] & tcp-syn != 0",
	"ip6",
	"tcp port 443 and not host 10.0.0.1",
};

enum {
	EXPRESSIONS = sizeof(expressions) / sizeof(expressions[0]),
	QUICK = 3,
	ROWS = 1 + 2 * EXPRESSIONS, /* no capture; each with xdptap, and with tcpdump */
};

/* Two shares of the packets, in %, that differ by more than this are not the same. */
static const double same_share = 0.5;

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	return flood_run(arg, figures);
}

static const char *name(char buf[96], const struct flood *flood)
{
	snprintf(buf, 96, "%s%s%s", capturer_name(flood->what), flood->filter ? ": " : "",
		 flood->filter ? flood->filter : "");
	return buf;
}

static int report_rate(const struct variant *v, const struct variant *none)
{
	const struct flood *flood = v->arg;
	const struct samples *rate = &v->samples[FLOOD_RATE];
	char buf[96], lossless[128];
	double best = 0;
	int dropped = 0, err = 0;

	report_row(name(buf, flood), "Mpps", rate, samples_ratio(rate, &none->samples[FLOOD_RATE]),
		   NULL);
	if (flood->what == CAPTURER_NONE ||
	    flood_lossless(flood, samples_max(&v->samples[FLOOD_LOSS]),
			   samples_median(&v->samples[FLOOD_BACKLOG])))
		return 0;
	err = flood_search(flood, samples_median(rate), &best, &dropped);
	if (err && err != -EAGAIN)
		return err;
	snprintf(lossless, sizeof(lossless), "%s, lossless", name(buf, flood));
	report_figure(lossless, "Mpps", best, best / samples_median(&none->samples[FLOOD_RATE]),
		      "less than flat out: found by paced runs");
	return 0;
}

static void report_pair(const struct variant *xdptap, const struct variant *tcpdump)
{
	const struct samples *ours = &xdptap->samples[FLOOD_CPU];
	const struct samples *theirs = &tcpdump->samples[FLOOD_CPU];
	double share = samples_median(&xdptap->samples[FLOOD_MATCHED]);
	double other = samples_median(&tcpdump->samples[FLOOD_MATCHED]);
	char buf[96], note[64];

	snprintf(note, sizeof(note), "%.1f %% of the packets match", share);
	report_row(name(buf, xdptap->arg), "ns", ours, samples_ratio(ours, theirs), note);
	report_row(name(buf, tcpdump->arg), "ns", theirs, 1, NULL);
	if (share - other > same_share || other - share > same_share)
		report_note("NOT THE SAME: of these %.1f %% match", other);
}

static int report(const struct variant *v, int n)
{
	char buf[96];
	int err = 0;

	report_note("Highest rate; 64 bytes of each packet to /dev/null; ratio: to no capture");
	for (int i = 0; i < n && !err; i++)
		err = report_rate(&v[i], &v[0]);
	if (err)
		return err;
	/* Not above no capture: pairs run one after the other, so only they can be compared. */
	report_note("CPU time of a packet, generator, stack and reader; ratio: to tcpdump");
	report_row(name(buf, v[0].arg), "ns", &v[0].samples[FLOOD_CPU], REPORT_NO_RATIO, NULL);
	for (int i = 1; i < n; i += 2)
		report_pair(&v[i], &v[i + 1]);
	return 0;
}

int filter_live(const struct bench *b)
{
	static struct variant variants[ROWS];
	static struct flood floods[ROWS];
	int n = 1 + 2 * (b->quick ? QUICK : EXPRESSIONS), err;
	struct bench few = *b;

	if (!capturer_there(CAPTURER_SNAP_TCPDUMP)) {
		report_note("tcpdump: not installed, so filters are not compared with its own");
		return 0;
	}
	for (int i = 0; i < n; i++) {
		floods[i] = (struct flood){ .what = !i      ? CAPTURER_NONE
						    : i % 2 ? CAPTURER_SNAP_PCAPNG
							    : CAPTURER_SNAP_TCPDUMP,
					    .filter = i ? expressions[(i - 1) / 2] : NULL,
					    .bytes = MIX_BYTES,
					    .ms = b->quick ? QUICK_RUN_MS : RUN_MS };
		variants[i].run = run;
		variants[i].arg = &floods[i];
	}
	few.runs = b->quick ? QUICK_ROUNDS : ROUNDS;
	err = traffic_open_mixed();
	if (!err)
		err = variants_run(&few, variants, n);
	if (!err)
		err = report(variants, n);
	traffic_close();
	return err;
}
