/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of interfaces on a terminal, which may hold control characters. */
#ifndef XDPTAP_READER_TEXT_ASCII_H
#define XDPTAP_READER_TEXT_ASCII_H

#include <net/if.h>

/*
 * Writes the name of an interface with '?' in the place of each byte that is not printable
 * ASCII. Returns buf.
 */
const char *ascii_ifname(char buf[IF_NAMESIZE], const char *ifname);

#endif
