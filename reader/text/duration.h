/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations as text, in the one style that all tools print. */
#ifndef XDPTAP_READER_TEXT_DURATION_H
#define XDPTAP_READER_TEXT_DURATION_H

#include <stdint.h>

/*
 * Writes a duration as its two largest units, as Go prints them: "0.5s", "12s", "1m36s",
 * "2h3m", "5d4h". Tenths are shown below 10 seconds, unless they are 0. A negative duration
 * counts as 0. Returns buf.
 */
#define DURATION_MAX 32
const char *duration_text(char buf[DURATION_MAX], double seconds);

/*
 * The same in one unit, for a table cell of 4 columns: "0.5s", "96s", "99m", "29h", "5d".
 * Minutes begin at 100 seconds, hours at 100 minutes and days at 100 hours, rounded down.
 */
const char *duration_cell(char buf[DURATION_MAX], double seconds);

#endif
