/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of protocols, EtherTypes, TCP flags and ICMP messages, as text and JSON show them. */
#ifndef XDPTAP_READER_TEXT_NAMES_H
#define XDPTAP_READER_TEXT_NAMES_H

#include <stdint.h>

#include "bpf/abi.h"

/* The longest that any of them is, without NUL. */
#define NAMES_MAX 48

/* NULL if it has none here. */
const char *names_protocol(uint8_t proto);

/* NULL if it has none here; lengths (below 0x0600) are "LLC". */
const char *names_ethertype(uint16_t type);

/*
 * Writes at `p` what an event is of: the IP protocol, or PROTO_n; else the
 * EtherType, or 0xnnnn. At most NAMES_MAX bytes and a NUL; returns the end.
 */
char *names_put_protocol(char *p, const struct packet_event *ev);

/* In the order in which they are shown. */
#define NAMES_TCP_FLAGS 8
extern const struct names_tcp_flag {
	uint8_t bit; /* of packet_event.tcp_flags */
	char name[4];
} names_tcp_flags[NAMES_TCP_FLAGS];

/* What the code says, or else the type; NULL if it has no name. */
const char *names_icmp(uint8_t type, uint8_t code);
const char *names_icmpv6(uint8_t type, uint8_t code);

#endif
