/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers as text, without printf(). Each function writes at `p`, where the caller provides
 * the room, and returns the end of what it wrote; it writes no NUL.
 */
#ifndef XDPTAP_READER_TEXT_DIGITS_H
#define XDPTAP_READER_TEXT_DIGITS_H

#include <stdint.h>
#include <string.h>

/* "000102...99": two digits at a time need half the divisions, which can run in parallel. */
extern const char digits_pairs[200 + 1];

/* Exactly two digits; the value is below 100. */
static inline char *digits_put_two(char *p, uint32_t value)
{
	memcpy(p, digits_pairs + 2 * value, 2);
	return p + 2;
}

/* At most ten digits, no leading zeros. */
static inline char *digits_put_u32(char *p, uint32_t value)
{
	/* Nearly all numbers are small: bytes of addresses, ports and lengths. */
	if (value < 10) {
		*p++ = (char)('0' + value);
		return p;
	}
	if (value < 100)
		return digits_put_two(p, value);
	if (value < 1000) {
		*p++ = (char)('0' + value / 100);
		return digits_put_two(p, value % 100);
	}
	if (value < 10000)
		return digits_put_two(digits_put_two(p, value / 100), value % 100);
	p = digits_put_u32(p, value / 10000);
	value %= 10000;
	return digits_put_two(digits_put_two(p, value / 100), value % 100);
}

/* Exactly six digits; the value is below 1,000,000. */
static inline char *digits_put_six(char *p, uint32_t value)
{
	p = digits_put_two(p, value / 10000);
	p = digits_put_two(p, value / 100 % 100);
	return digits_put_two(p, value % 100);
}

/* At most 20 digits, no leading zeros. */
static inline char *digits_put_u64(char *p, uint64_t value)
{
	if (value < 1000000000)
		return digits_put_u32(p, (uint32_t)value);
	p = digits_put_u64(p, value / 1000000);
	return digits_put_six(p, (uint32_t)(value % 1000000));
}

/* Exactly four hexadecimal digits, lower case. */
static inline char *digits_put_hex4(char *p, uint16_t value)
{
	static const char hex[] = "0123456789abcdef";

	*p++ = hex[value >> 12];
	*p++ = hex[value >> 8 & 15];
	*p++ = hex[value >> 4 & 15];
	*p++ = hex[value & 15];
	return p;
}

/* At most four hexadecimal digits, lower case, no leading zeros. */
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

/* At most eight hexadecimal digits, lower case, no leading zeros. */
static inline char *digits_put_hex32(char *p, uint32_t value)
{
	if (!(value >> 16))
		return digits_put_hex16(p, (uint16_t)value);
	return digits_put_hex4(digits_put_hex16(p, (uint16_t)(value >> 16)), (uint16_t)value);
}

#endif
