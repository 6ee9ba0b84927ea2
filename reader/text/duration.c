// SPDX-License-Identifier: BSD-2-Clause
/* Called wherever a duration is printed for people; JSON has seconds as numbers. */
#include <inttypes.h>
#include <stdio.h>

#include "reader/text/duration.h"

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Tenths where they say something, for less than 10 seconds. */
static void put_seconds(char buf[DURATION_MAX], double seconds)
{
	unsigned int tenths = seconds > 0 ? (unsigned int)(seconds * 10 + 0.5) : 0;

	if (tenths % 10)
		snprintf(buf, DURATION_MAX, "%u.%us", tenths / 10, tenths % 10);
	else
		snprintf(buf, DURATION_MAX, "%us", tenths / 10);
}

static void put_units(char buf[DURATION_MAX], uint64_t large, char large_unit, uint64_t small,
		      char small_unit)
{
	snprintf(buf, DURATION_MAX, "%" PRIu64 "%c%" PRIu64 "%c", large, large_unit, small,
		 small_unit);
}

const char *duration_text(char buf[DURATION_MAX], double seconds)
{
	uint64_t s;

	if (seconds < 9.95) {
		put_seconds(buf, seconds);
		return buf;
	}
	s = (uint64_t)(seconds + 0.5);
	if (s < MINUTE)
		snprintf(buf, DURATION_MAX, "%" PRIu64 "s", s);
	else if (s < HOUR)
		put_units(buf, s / MINUTE, 'm', s % MINUTE, 's');
	else if (s < DAY)
		put_units(buf, s / HOUR, 'h', s % HOUR / MINUTE, 'm');
	else
		put_units(buf, s / DAY, 'd', s % DAY / HOUR, 'h');
	return buf;
}

const char *duration_cell(char buf[DURATION_MAX], double seconds)
{
	uint64_t s;

	if (seconds < 9.95) {
		put_seconds(buf, seconds);
		return buf;
	}
	s = (uint64_t)(seconds + 0.5);
	if (s < 100)
		snprintf(buf, DURATION_MAX, "%" PRIu64 "s", s);
	else if (s < 100 * MINUTE)
		snprintf(buf, DURATION_MAX, "%" PRIu64 "m", s / MINUTE);
	else if (s < 100 * HOUR)
		snprintf(buf, DURATION_MAX, "%" PRIu64 "h", s / HOUR);
	else
		snprintf(buf, DURATION_MAX, "%" PRIu64 "d", s / DAY);
	return buf;
}
