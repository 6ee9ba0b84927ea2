/* SPDX-License-Identifier: BSD-2-Clause */
/* An IP packet in captured bytes: that of a frame, or one that an ICMP error quotes. */
#ifndef XDPTAP_READER_IP_H
#define XDPTAP_READER_IP_H

#include <stdbool.h>
#include <stdint.h>

/* Offsets are in bytes from the IP header. */
struct ip {
	const uint8_t *bytes; /* from the IP header on */
	uint32_t size;        /* number of them that were captured */
	bool v6;
	uint8_t proto;   /* after IPv6 extension headers, as far as they were captured */
	uint32_t end;    /* where the packet ends; 0: its header does not say */
	uint32_t layer4; /* where the header of `proto` begins; 0: not known, or there is none */
	int64_t frag_id; /* of IPv6; -1: there is no fragment header, or it was not captured */
	int64_t frag_offset; /* bytes; -1: the same, and of IPv4 it is no fragment */
};

/*
 * Reads the IP header at `bytes`, of which `size` were captured, and IPv6 extension headers.
 * Returns false if the header was not captured as a whole, or is not of this version; *ip is not
 * defined then.
 */
bool ip_parse(struct ip *ip, const uint8_t *bytes, uint32_t size, bool v6);

/* Returns `size` bytes at offset `off`; NULL if they were not captured or are not in the packet. */
const uint8_t *ip_bytes(const struct ip *ip, uint32_t off, uint32_t size);

/* At most this many extension headers are walked, as parse.h does: IPV6_MAX_EXT there. */
#define IP_EXTENSIONS_MAX 8

/* Whether this is an IPv6 extension header that can be walked. */
bool ip_is_extension(uint8_t proto);

#endif
