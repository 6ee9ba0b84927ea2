/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that others chose, for people to read: nothing in it can control a terminal. The name of
 * an interface may hold any bytes except slashes, colons and white space.
 */
#ifndef XDPTAP_READER_TEXT_ESCAPE_H
#define XDPTAP_READER_TEXT_ESCAPE_H

#include <net/if.h>

/* How many bytes one byte of input becomes at most. */
#define ESCAPE_GROWTH 4

/* Bytes of the longest escaped name of an interface, with its NUL. */
#define ESCAPE_IFNAME_MAX (ESCAPE_GROWTH * IF_NAMESIZE)

/*
 * Writes `text` at `p`, without its NUL; there must be room for ESCAPE_GROWTH times its length.
 * Control characters (C0, DEL, C1) and bytes that are not part of valid UTF-8 become "\x1b", and
 * so does a backslash before an x, so that the text can be told from an escape. Returns the end.
 */
char *escape_put(char *p, const char *text);

/* Escapes the name of an interface, with its NUL. Returns buf. */
const char *escape_ifname(char buf[ESCAPE_IFNAME_MAX], const char *ifname);

#endif
