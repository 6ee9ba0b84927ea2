/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers as text, without printf: each function writes at `p`, where the
 * caller has made room, and returns the end, without a NUL.
 */
#ifndef XDPTAP_DIGITS_H
#define XDPTAP_DIGITS_H

#include <stdint.h>

/* Exactly two digits, of a value below 100. */
static inline char *digits_put_two(char *p, uint32_t value)
{
	*p++ = (char)('0' + value / 10);
	*p++ = (char)('0' + value % 10);
	return p;
}

/* At most ten digits, no leading zeros. */
static inline char *digits_put_u32(char *p, uint32_t value)
{
	char *end = p + 1, *q;

	for (uint32_t rest = value; rest >= 10; rest /= 10)
		end++;
	for (q = end; q != p; value /= 10)
		*--q = (char)('0' + value % 10);
	return end;
}

/* At most four digits, lower case, no leading zeros. */
static inline char *digits_put_hex16(char *p, uint16_t value)
{
	static const char hex[] = "0123456789abcdef";

	if (value >> 12)
		*p++ = hex[value >> 12];
	if (value >> 8)
		*p++ = hex[value >> 8 & 15];
	if (value >> 4)
		*p++ = hex[value >> 4 & 15];
	*p++ = hex[value & 15];
	return p;
}

#endif
