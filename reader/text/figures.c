// SPDX-License-Identifier: BSD-2-Clause
/* Numbers of any size in few columns, for the tables of `watch`. */
#include <inttypes.h>
#include <stdio.h>

#include "reader/text/figures.h"

const char *figure(char buf[FIGURE_MAX], double value)
{
	static const char units[] = "kMGTPE";
	size_t unit = 0;

	if (value <= 0 || value < 0.05) {
		snprintf(buf, FIGURE_MAX, value > 0 ? "<0.1" : "0");
		return buf;
	}
	/* At what would be rounded to four digits the next unit begins. */
	if (value < 999.5) {
		snprintf(buf, FIGURE_MAX, "%.*f", value < 99.95, value);
		return buf;
	}
	for (value /= 1000; value >= 999.5 && units[unit + 1]; unit++)
		value /= 1000;
	if (value >= 999.5)
		snprintf(buf, FIGURE_MAX, ">999E");
	else
		snprintf(buf, FIGURE_MAX, "%.*f%c", (value < 9.995) + (value < 99.95), value,
			 units[unit]);
	return buf;
}

const char *figure_exact(char buf[FIGURE_MAX], uint64_t value)
{
	char digits[FIGURE_MAX], *p = buf;
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, value);

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return buf;
}

const char *figure_percent(char buf[FIGURE_MAX], uint64_t part, uint64_t whole)
{
	double percent = whole ? (double)part * 100 / (double)whole : 0;

	/* Counters that are read while they grow: a part may be the larger one. */
	if (percent > 100)
		percent = 100;
	if (!whole)
		snprintf(buf, FIGURE_MAX, "-");
	else if (part && percent < 1)
		snprintf(buf, FIGURE_MAX, "<1%%");
	else if (part < whole && percent > 99)
		snprintf(buf, FIGURE_MAX, ">99%%");
	else
		snprintf(buf, FIGURE_MAX, "%.0f%%", percent);
	return buf;
}

const char *figure_seconds(char buf[FIGURE_MAX], double seconds)
{
	uint64_t s = seconds > 0 ? (uint64_t)(seconds + 0.5) : 0;

	if (seconds < 9.95)
		snprintf(buf, FIGURE_MAX, "%.1f s", seconds > 0 ? seconds : 0);
	else if (s < 60)
		snprintf(buf, FIGURE_MAX, "%" PRIu64 " s", s);
	else if (s < 3600)
		snprintf(buf, FIGURE_MAX, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, FIGURE_MAX, "%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
	else
		snprintf(buf, FIGURE_MAX, "%" PRIu64 "d%02" PRIu64 "h", s / 86400, s / 3600 % 24);
	return buf;
}

const char *figure_name(char buf[FIGURE_MAX], const char *ifname)
{
	size_t i;

	for (i = 0; i < FIGURE_MAX - 1 && ifname[i]; i++)
		buf[i] = '?';
	buf[i] = '\0';
	while (i--)
		if (ifname[i] > ' ' && ifname[i] < 0x7f)
			buf[i] = ifname[i];
	return buf;
}

int figure_bar(double value, double most, int rows)
{
	int eighths;

	if (value <= 0 || most <= 0)
		return 0;
	eighths = value >= most ? rows * 8 : (int)(value / most * rows * 8 + 0.5);
	return eighths ? eighths : 1;
}

double figure_percentage(uint64_t part, uint64_t whole)
{
	return whole ? (double)part * 100 / (double)whole : 0;
}
