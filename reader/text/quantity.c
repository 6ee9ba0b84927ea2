// SPDX-License-Identifier: BSD-2-Clause
/* For the tables and screens of xdptap-stats. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reader/text/quantity.h"

const char *quantity_short(char buf[QUANTITY_MAX], double value)
{
	static const char units[] = "kMGTPE";
	size_t unit = 0;

	if (value <= 0 || value < 0.05) {
		strcpy(buf, value > 0 ? "<0.1" : "0");
		return buf;
	}
	/* Whatever would be rounded to four digits takes the next unit. */
	if (value < 999.5) {
		snprintf(buf, QUANTITY_MAX, "%.*f", value < 99.95, value);
		return buf;
	}
	for (value /= 1000; value >= 999.5 && units[unit + 1]; unit++)
		value /= 1000;
	if (value >= 999.5)
		strcpy(buf, ">999E");
	else
		snprintf(buf, QUANTITY_MAX, "%.*f%c", (value < 9.995) + (value < 99.95), value,
			 units[unit]);
	return buf;
}

const char *quantity_count(char buf[QUANTITY_MAX], uint64_t value)
{
	if (value >= 1000)
		return quantity_short(buf, (double)value);
	snprintf(buf, QUANTITY_MAX, "%" PRIu64, value);
	return buf;
}

const char *quantity_exact(char buf[QUANTITY_MAX], uint64_t value)
{
	char digits[QUANTITY_MAX], *p = buf;
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, value);

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return buf;
}
