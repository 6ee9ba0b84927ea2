// SPDX-License-Identifier: BSD-2-Clause
/* Durations as text; used by xdptap-reader's and xdptap-stats' summaries. */
#include <inttypes.h>
#include <stdio.h>

#include "pin/now.h"
#include "reader/text/duration.h"

const char *duration_text(char buf[DURATION_MAX], uint64_t ns)
{
	uint64_t s = ns / NS_PER_SEC + (ns % NS_PER_SEC >= NS_PER_SEC / 2);

	if (s >= 3600)
		snprintf(buf, DURATION_MAX, "%" PRIu64 "h%" PRIu64 "m%" PRIu64 "s", s / 3600,
			 s / 60 % 60, s % 60);
	else if (s >= 60)
		snprintf(buf, DURATION_MAX, "%" PRIu64 "m%" PRIu64 "s", s / 60, s % 60);
	else
		snprintf(buf, DURATION_MAX, "%" PRIu64 "s", s);
	return buf;
}
