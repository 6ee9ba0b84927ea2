// SPDX-License-Identifier: BSD-2-Clause
/* Shares of packets and fill levels, for the summaries and tables. */
#include <stdio.h>
#include <string.h>

#include "reader/text/percent.h"

double percent_of(uint64_t part, uint64_t whole)
{
	return whole ? (double)part * 100 / (double)whole : 0;
}

const char *percent_text(char buf[PERCENT_MAX], uint64_t part, uint64_t whole)
{
	double percent = percent_of(part, whole);

	/* Counters are read while they grow, so a part may exceed the whole. */
	if (percent > 100)
		percent = 100;
	if (!whole)
		strcpy(buf, "-");
	else if (part && percent < 1)
		strcpy(buf, "<1%");
	else if (part < whole && percent > 99)
		strcpy(buf, ">99%");
	else
		snprintf(buf, PERCENT_MAX, "%.0f%%", percent);
	return buf;
}
