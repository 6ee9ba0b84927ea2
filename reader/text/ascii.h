/* SPDX-License-Identifier: BSD-2-Clause */
/* Names on a terminal, which may hold control characters. */
#ifndef XDPTAP_READER_TEXT_ASCII_H
#define XDPTAP_READER_TEXT_ASCII_H

#include <net/if.h>
#include <stddef.h>

/*
 * Writes the name of an interface with '?' in the place of each byte that is not printable
 * ASCII. Returns buf.
 */
const char *ascii_ifname(char buf[IF_NAMESIZE], const char *ifname);

/* The same for any text, cut off to fit into `size` bytes with its NUL. */
const char *ascii_text(char *buf, size_t size, const char *text);

#endif
