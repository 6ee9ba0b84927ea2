/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations as text. */
#ifndef XDPTAP_READER_TEXT_DURATION_H
#define XDPTAP_READER_TEXT_DURATION_H

#include <stdint.h>

/* Writes `ns` nanoseconds, rounded to a second, as Go prints a Duration: "1h0m5s". Returns buf. */
#define DURATION_MAX 32
const char *duration_text(char buf[DURATION_MAX], uint64_t ns);

#endif
