/* SPDX-License-Identifier: BSD-2-Clause */
/* Targets that are only judged by runs which others left alone; for sections of live packets. */
#ifndef XDPTAP_BENCH_TARGET_H
#define XDPTAP_BENCH_TARGET_H

#include "tests/bench/report.h"

/*
 * report_bar() of a figure that was made from these samples (`b` may be NULL),
 * or a note that it is not known: half of the runs, or more, were disturbed.
 */
void target_report(const char *text, const char *unit, double measured, enum report_sense sense,
		   double limit, const struct samples *a, const struct samples *b);

#endif
