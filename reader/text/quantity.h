/* SPDX-License-Identifier: BSD-2-Clause */
/* Rates and counts as text for people. */
#ifndef XDPTAP_READER_TEXT_QUANTITY_H
#define XDPTAP_READER_TEXT_QUANTITY_H

#include <stdint.h>

#define QUANTITY_MAX 32

/*
 * Writes a value in at most 5 columns: three digits and a power of 1000, as in "0",
 * "<0.1", "9.7", "123", "1.23k", "98.4M", "18.4E"; ">999E" if it is larger. A negative
 * value counts as 0. Returns buf.
 */
const char *quantity_short(char buf[QUANTITY_MAX], double value);

/* The same for a number of whole things: below 1000 there are no decimals. */
const char *quantity_count(char buf[QUANTITY_MAX], uint64_t value);

/* Writes all digits, in groups of three: "1,234,567". Returns buf. */
const char *quantity_exact(char buf[QUANTITY_MAX], uint64_t value);

#endif
