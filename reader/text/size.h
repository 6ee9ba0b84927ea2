/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes in bytes as text. */
#ifndef XDPTAP_READER_TEXT_SIZE_H
#define XDPTAP_READER_TEXT_SIZE_H

#include <stdint.h>

/*
 * Writes a size in the largest unit that leaves no remainder, as xdptap-loader takes it:
 * "16M", "64K", "4097". K is 1024 and M is 1048576. Returns buf.
 */
#define SIZE_TEXT_MAX 24
const char *size_text(char buf[SIZE_TEXT_MAX], uint64_t bytes);

#endif
