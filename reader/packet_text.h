/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet as one line of text, and its captured bytes below that. */
#ifndef XDPTAP_READER_PACKET_TEXT_H
#define XDPTAP_READER_PACKET_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/text/time.h"
#include "reader/packet.h"

/* What stands in the brackets: each value is how many -t ask for it, as of tcpdump. */
enum text_time {
	TEXT_TIME_OF_DAY = 0,         /* HH:MM:SS.uuuuuu, local */
	TEXT_TIME_NONE = 1,           /* no brackets either */
	TEXT_TIME_EPOCH = 2,          /* seconds since 1970, UTC, .uuuuuu */
	TEXT_TIME_SINCE_PREVIOUS = 3, /* line: " HH:MM:SS.uuuuuu"; "-" before it: earlier */
	TEXT_TIME_DATE = 4,           /* YYYY-MM-DD HH:MM:SS.uuuuuu, local */
	TEXT_TIME_SINCE_FIRST = 5,    /* line, as since the previous one */
};

/* The captured bytes, Ethernet header and all, as of tcpdump -xx and -XX. */
enum text_dump {
	TEXT_DUMP_NONE = 0,
	TEXT_DUMP_HEX,
	TEXT_DUMP_ASCII, /* hexadecimal and ASCII */
};

struct packet_text {
	struct time_base *clock; /* stays the caller's */
	enum text_time time;
	bool link_level; /* MAC addresses of IP packets too, if captured */
	bool verbose;    /* TTL and ID, hop limit and flow label, if captured */
	enum text_dump dump;
	/* text.c's own, at first 0: */
	bool has_reference;
	int64_t reference_us; /* the packet that times are since, us since the epoch */
};

/* No event makes a longer line, its newline and a NUL included, whatever bytes
 * it holds; text.c adds it up. */
#define PACKET_TEXT_LINE_MAX 512

/* Bytes that packet_text_put() writes at most: PACKET_TEXT_LINE_MAX, and what the dump takes. */
size_t packet_text_room(const struct packet_text *t, uint32_t caplen);

/*
 * Writes the line of `packet` at `p`, where the caller has packet_text_room(), and
 * what else is asked for. `ifname`, of less than IF_NAMESIZE bytes, is shown if
 * it is not NULL. Returns the end, behind the newline.
 */
char *packet_text_put(struct packet_text *t, char *p, const char *ifname,
		      const struct packet *packet);

#endif
