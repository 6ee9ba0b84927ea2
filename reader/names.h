/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of protocols, EtherTypes and ICMP messages, as the text shows them. */
#ifndef XDPTAP_NAMES_H
#define XDPTAP_NAMES_H

#include <stdint.h>

/* The longest that any of them is, without NUL. */
#define NAMES_MAX 48

/* NULL if it has none here, and is shown as PROTO_n. */
const char *names_protocol(uint8_t proto);

/* NULL if it has none here; lengths (below 0x0600) are "LLC". */
const char *names_ethertype(uint16_t type);

/* What the code says, or else the type; NULL if it has no name. */
const char *names_icmp(uint8_t type, uint8_t code);
const char *names_icmpv6(uint8_t type, uint8_t code);

#endif
