/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that is UTF-8 for certain. The name of an interface may hold any bytes but
 * slashes, colons and white space.
 */
#ifndef XDPTAP_READER_TEXT_UTF8_H
#define XDPTAP_READER_TEXT_UTF8_H

#include <stddef.h>

/* Bytes that one byte of a text may become. */
#define UTF8_GROWTH 3

/* Bytes of the character at `s`; 0: it is none. The NUL is one, of one byte. */
size_t utf8_bytes(const char *s);

/*
 * Writes `text` at `p`, without its NUL; bytes that are no UTF-8 (RFC 3629) become
 * U+FFFD each. Whole characters only, up to `limit`. Returns the end.
 */
char *utf8_put(char *p, const char *limit, const char *text);

#endif
