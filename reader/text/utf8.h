/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes valid UTF-8 of any bytes. The name of an interface may hold any bytes except slashes,
 * colons and white space.
 */
#ifndef XDPTAP_READER_TEXT_UTF8_H
#define XDPTAP_READER_TEXT_UTF8_H

#include <stddef.h>

/* How many bytes one byte of input becomes at most. */
#define UTF8_GROWTH 3

/* Returns the length of the character at `s`, or 0 if it is not valid. NUL has length 1. */
size_t utf8_bytes(const char *s);

/*
 * Writes `text` at `p`, without its NUL. Each byte that is not part of valid UTF-8 (RFC 3629)
 * becomes U+FFFD. Stops before a character that would cross `limit`. Returns the end of what
 * it wrote.
 */
char *utf8_put(char *p, const char *limit, const char *text);

#endif
