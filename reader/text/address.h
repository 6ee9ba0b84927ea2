/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses as text. Each function writes at `p`, where the caller provides the room, and
 * returns the end of what it wrote; it writes no NUL. Addresses are in network byte order.
 */
#ifndef XDPTAP_READER_TEXT_ADDRESS_H
#define XDPTAP_READER_TEXT_ADDRESS_H

#include <stdint.h>

#define ADDRESS_IPV4_MAX  15
#define ADDRESS_IPV6_MAX  39
#define ADDRESS_MAC_BYTES 17

char *address_put_ipv4(char *p, const uint8_t ip[4]);

/* As RFC 5952 wants it; character by character what inet_ntop() writes. */
char *address_put_ipv6(char *p, const uint8_t ip[16]);

char *address_put_mac(char *p, const uint8_t mac[6]);

#endif
