/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was measured, as tables of 80 columns on stdout or as one JSON document
 * at the end: the same calls give both.
 */
#ifndef XDPTAP_BENCH_REPORT_H
#define XDPTAP_BENCH_REPORT_H

#include <stdbool.h>

#include "tests/bench/bench.h"
#include "tests/bench/samples.h"

struct machine;

/* Says on what machine. Call once, before all else. Returns 0 or -errno. */
int report_open(const struct bench *b, const struct machine *m, bool json);

/* What follows belongs to the section `name` of the command line. */
void report_section(const char *name, const char *title);

/* The samples are reported as they are. A long name gets a line of its own. */
#define REPORT_NO_RATIO 0
void report_row(const char *name, const char *unit, const struct samples *s, double ratio,
		const char *note);

/* A figure that has no samples of its own, such as a difference of medians. */
void report_figure(const char *name, const char *unit, double value, double ratio,
		   const char *note);

enum report_sense { AT_MOST, AT_LEAST };

/* Whether a target is met. */
void report_bar(const char *text, const char *unit, double measured, enum report_sense sense,
		double limit);

/* A line of words: why something is not there, or odd. */
void report_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Writes what is left. Returns 0 or -errno, after bench_fail(). */
int report_close(void);

#endif
