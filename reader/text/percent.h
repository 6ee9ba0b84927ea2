/* SPDX-License-Identifier: BSD-2-Clause */
/* Percentages. */
#ifndef XDPTAP_READER_TEXT_PERCENT_H
#define XDPTAP_READER_TEXT_PERCENT_H

#include <stdint.h>

/* Returns 100 * part / whole, or 0 if `whole` is 0. */
double percent_of(uint64_t part, uint64_t whole);

/*
 * Writes a percentage in at most 4 columns: "62%". "<1%" is more than none, ">99%" is less
 * than all, "-" means that `whole` is 0. Returns buf.
 */
#define PERCENT_MAX 8
const char *percent_text(char buf[PERCENT_MAX], uint64_t part, uint64_t whole);

#endif
