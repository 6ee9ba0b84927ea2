// SPDX-License-Identifier: BSD-2-Clause
/*
 * How long attach and set take with a short expression and with a long one: from exec of the
 * loader to its end.
 */
#include <stdio.h>
#include <string.h>

#include "bpf/abi.h"
#include "tests/bench/bench.h"
#include "tests/bench/filter.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/sandbox.h"
#include "tests/bench/shipped.h"

#define DEV  "filter-start"
#define PEER "filter-peer"

static const int terms[] = { 0, 3, 100 };

enum { LENGTHS = sizeof(terms) / sizeof(terms[0]), FILTER_BYTES = 4096 };

_Static_assert((int)FILTER_BYTES <= (int)XDPTAP_FILTER_MAX, "what a tap accepts");

/* One length of an expression. Figures: ms of attach, and of set to it. */
struct what {
	int terms;
	char expression[FILTER_BYTES];
};

enum figure { ATTACH, SET };

/* Alternately a port and an address, so that nothing of it is the same twice. */
static void write_expression(struct what *what)
{
	size_t at = 0;

	for (int i = 0; i < what->terms; i++)
		at += (size_t)snprintf(what->expression + at, sizeof(what->expression) - at,
				       i % 2 ? "%shost 10.0.0.%d" : "%stcp port %d",
				       i ? " or " : "", i + 1);
}

/* From the other settings to those with the expression, or without. */
static int set(const struct what *what)
{
	char loader[PATH_MAX];
	const char *argv[] = {
		bench_built(loader, "xdptap-loader"), "set", "dev", DEV, "nofilter", NULL, NULL
	};

	if (what->terms) {
		argv[4] = "filter";
		argv[5] = what->expression;
	}
	return process_run(argv);
}

static double ms_since(long long begin)
{
	return (double)(bench_now() - begin) / 1e6;
}

static int run(void *arg, double figures[VARIANT_FIGURES])
{
	const struct what *what = arg;
	struct shipped tap = SHIPPED_NONE;
	char words[FILTER_BYTES + 16];
	long long begin;
	int err, detached;

	snprintf(words, sizeof(words), "filter %s", what->expression);
	begin = bench_now();
	err = shipped_attach(&tap, DEV, what->terms ? words : NULL);
	if (err)
		return err;
	figures[ATTACH] = ms_since(begin);
	begin = bench_now();
	err = set(what);
	figures[SET] = ms_since(begin);
	detached = shipped_detach(&tap);
	return err ? err : detached;
}

static void report(const struct variant v[LENGTHS])
{
	static const char *const commands[] = { [ATTACH] = "attach", [SET] = "set" };
	char name[64];

	report_note("Time from exec to the end; without a dispatcher; ratio: to no filter");
	for (enum figure f = ATTACH; f <= SET; f++) {
		for (int i = 0; i < LENGTHS; i++) {
			const struct samples *s = &v[i].samples[f];

			snprintf(name, sizeof(name), "%s, %d terms", commands[f], terms[i]);
			report_row(name, "ms", s, samples_ratio(s, &v[0].samples[f]), NULL);
		}
	}
}

int filter_start(const struct bench *b)
{
	static struct what whats[LENGTHS];
	struct variant variants[LENGTHS] = { 0 };
	int err;

	err = sandbox_veth(DEV, PEER);
	if (err)
		return err;
	for (int i = 0; i < LENGTHS; i++) {
		whats[i].terms = terms[i];
		write_expression(&whats[i]);
		variants[i].run = run;
		variants[i].arg = &whats[i];
	}
	err = variants_run(b, variants, LENGTHS);
	if (!err)
		report(variants);
	sandbox_veth_delete(DEV);
	return err;
}
