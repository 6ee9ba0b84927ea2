// SPDX-License-Identifier: BSD-2-Clause
/* Judges a target, or declines to. */
#include "tests/bench/target.h"

static bool usable(const struct samples *s)
{
	return !s || s->disturbed * 2 < s->n;
}

void target_report(const char *text, const char *unit, double measured, enum report_sense sense,
		   double limit, const struct samples *a, const struct samples *b)
{
	if (usable(a) && usable(b))
		report_bar(text, unit, measured, sense, limit);
	else
		report_note("NOT KNOWN  %s: other processes disturbed it", text);
}
