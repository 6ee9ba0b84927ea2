// SPDX-License-Identifier: BSD-2-Clause
/* Parses numbers strictly: strtoull() accepts "-1", " 1" and, used carelessly, "1x". For all tools.
 */
#include <errno.h>
#include <stddef.h>

#include "pin/now.h"
#include "pin/cli/number.h"

#define SECONDS_MIN (NS_PER_SEC / 1000)
#define SECONDS_MAX (UINT64_C(1000000000) * NS_PER_SEC)

const char *number_digits(const char *text, uint64_t max, uint64_t *value)
{
	const char *s = text;
	uint64_t n = 0, digit;

	for (; *s >= '0' && *s <= '9'; s++) {
		digit = (uint64_t)(*s - '0');
		if (digit > max || n > (max - digit) / 10)
			return NULL;
		n = n * 10 + digit;
	}
	if (s == text)
		return NULL;
	*value = n;
	return s;
}

int number_count(const char *text, uint64_t *count)
{
	uint64_t value;
	const char *end = number_digits(text, INT64_MAX, &value);

	if (!end || *end || !value)
		return -EINVAL;
	*count = value;
	return 0;
}

int number_seconds(const char *text, uint64_t *ns)
{
	uint64_t value = 0, scale = NS_PER_SEC;
	const char *end = text, *point;

	if (*text != '.') /* ".5", as sleep(1) accepts it */
		end = number_digits(text, SECONDS_MAX / NS_PER_SEC, &value);
	if (!end)
		return -EINVAL;
	value *= NS_PER_SEC;
	if (*end == '.') {
		point = end++;
		for (; *end >= '0' && *end <= '9'; end++) {
			scale /= 10; /* 0 after the ninth digit: a timer can't be more precise */
			value += (uint64_t)(*end - '0') * scale;
		}
		if (end == point + 1)
			return -EINVAL;
	}
	if (*end || value < SECONDS_MIN || value > SECONDS_MAX)
		return -EINVAL;
	*ns = value;
	return 0;
}
