/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict numbers of the command line: no sign, no space, nothing after the digits. */
#ifndef XDPTAP_PIN_CLI_NUMBER_H
#define XDPTAP_PIN_CLI_NUMBER_H

#include <stdint.h>

#define NUMBER_COUNT_RANGE   "from 1 to 2^63-1"
#define NUMBER_SECONDS_RANGE "from 0.001 to 1000000000"

/*
 * Parses one or more decimal digits at `text`, up to the number `max`. Returns where they end, or
 * NULL.
 */
const char *number_digits(const char *text, uint64_t max, uint64_t *value);

/* Parses a decimal integer in NUMBER_COUNT_RANGE. Returns 0 or -EINVAL. */
int number_count(const char *text, uint64_t *count);

/*
 * Parses seconds in NUMBER_SECONDS_RANGE, with or without a decimal point, into nanoseconds.
 * Returns 0 or -EINVAL.
 */
int number_seconds(const char *text, uint64_t *ns);

#endif
