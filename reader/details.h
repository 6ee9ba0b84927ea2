/* SPDX-License-Identifier: BSD-2-Clause */
/* What -v adds to an IP packet, from its captured bytes. */
#ifndef XDPTAP_READER_DETAILS_H
#define XDPTAP_READER_DETAILS_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/packet.h"

/* Numbers are in host byte order; -1: there is no such field, or it was not captured. */
struct details {
	int64_t df;          /* 1: "don't fragment" is set */
	int64_t dscp;        /* RFC 2474; -1 also for 0 */
	int64_t ecn;         /* RFC 3168, 1 to 3; -1 also for 0 */
	int64_t frag_id;     /* of IPv6; IPv4's is shown anyway */
	int64_t frag_offset; /* bytes */
	int64_t tcp_seq;
	int64_t tcp_ack; /* if ACK is set */
	int64_t tcp_window;
	int64_t tcp_payload; /* bytes of the segment, by the IP header */
	int64_t icmp_id;     /* of an echo, like the next one */
	int64_t icmp_seq;
	int64_t icmp_mtu; /* bytes; of the link that a packet is too big for */
	/*
	 * The packet that an ICMP error is about, as its event: addresses and proto, and ports if
	 * they were captured. flags 0: there is none, and the rest is not defined.
	 */
	struct packet_event quoted;
};

/* How a field is shown. */
struct details_field {
	size_t offset;    /* of the int64_t in struct details */
	const char *word; /* for text, with a space before */
	const char *key;  /* for JSON */
	bool flag;        /* shown without its value, as true */
};

/* The first of them are of IP, the others of what IP carries. */
#define DETAILS_FIELDS    12
#define DETAILS_IP_FIELDS 5
extern const struct details_field details_fields[DETAILS_FIELDS];

/* The most that all fields take as text: a word of up to 9 characters and a number each. */
#define DETAILS_TEXT_MAX (DETAILS_FIELDS * 20)
/* The same as JSON, with keys of up to 15 characters. */
#define DETAILS_JSON_MAX (DETAILS_FIELDS * 32)

/* Reads the fields of any packet. */
void details_get(const struct packet *packet, struct details *d);

/* Returns the value of a field. */
int64_t details_value(const struct details *d, const struct details_field *field);

#endif
