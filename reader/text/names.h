/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of protocols, EtherTypes, TCP flags and ICMP messages, as text and JSON have them. */
#ifndef XDPTAP_READER_TEXT_NAMES_H
#define XDPTAP_READER_TEXT_NAMES_H

#include <stdint.h>

#include "bpf/abi.h"

/* Length of the longest name, without its NUL. */
#define NAMES_MAX 48

/* Returns the name of an IP protocol in a packet with this EtherType, or NULL if IANA has none. */
const char *names_protocol(uint8_t proto, uint16_t eth_type);

/* Returns the name of an EtherType, or NULL if it has none here. Below 0x0600 it is a length:
 * "LLC". */
const char *names_ethertype(uint16_t type);

/*
 * Writes the protocol of an event at `p`: the name of the IP protocol or PROTO_n; if the
 * packet is not IP, the name of the EtherType or 0xnnnn. Needs room for NAMES_MAX bytes and a
 * NUL. Returns the end of the name; what follows it is not defined.
 */
char *names_put_protocol(char *p, const struct packet_event *ev);

/* The TCP flags, in the order in which they are shown. */
#define NAMES_TCP_FLAGS 8
extern const struct names_tcp_flag {
	uint8_t bit; /* of packet_event.tcp_flags */
	char name[4];
} names_tcp_flags[NAMES_TCP_FLAGS];

/* Return the meaning of an ICMP code, or of the type if the code has none; NULL if neither has. */
const char *names_icmp(uint8_t type, uint8_t code);
const char *names_icmpv6(uint8_t type, uint8_t code);

#endif
