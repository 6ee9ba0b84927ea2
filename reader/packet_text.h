/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet as one line of text, with its captured bytes below. */
#ifndef XDPTAP_READER_PACKET_TEXT_H
#define XDPTAP_READER_PACKET_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/text/time.h"
#include "reader/fate.h"
#include "reader/packet.h"

/* The time in the brackets; the value is the number of -t options that select it, as in tcpdump. */
enum text_time {
	TEXT_TIME_OF_DAY = 0,         /* HH:MM:SS.uuuuuu, local */
	TEXT_TIME_NONE = 1,           /* no brackets either */
	TEXT_TIME_EPOCH = 2,          /* seconds since 1970, UTC, .uuuuuu */
	TEXT_TIME_SINCE_PREVIOUS = 3, /* line: " HH:MM:SS.uuuuuu", or "-HH..." if it is earlier */
	TEXT_TIME_DATE = 4,           /* YYYY-MM-DD HH:MM:SS.uuuuuu, local */
	TEXT_TIME_SINCE_FIRST = 5,    /* line, as since the previous one */
};

/* The captured bytes with the Ethernet header, as with tcpdump -xx and -XX. */
enum text_dump {
	TEXT_DUMP_NONE = 0,
	TEXT_DUMP_HEX,
	TEXT_DUMP_ASCII, /* hexadecimal and ASCII */
};

struct packet_text {
	struct time_base *clock; /* stays the caller's */
	enum text_time time;
	bool link_level; /* MAC addresses of IP packets too, if captured */
	bool verbose;    /* TTL and ID, hop limit and flow label, and details.h, if captured */
	enum text_dump dump;
	/* packet_text.c's own, 0 at first: */
	bool has_reference;
	int64_t reference_us; /* time of the packet that times are relative to, us since the epoch
			       */
};

/* Maximum length of a line with newline and NUL, whatever the event holds. */
#define PACKET_TEXT_LINE_MAX (1280 + FATE_MAX)

/* Returns the maximum of bytes that packet_text_put() writes: PACKET_TEXT_LINE_MAX and the dump. */
size_t packet_text_room(const struct packet_text *t, uint32_t caplen);

/*
 * Writes the line of `packet`, and the dump if there is one, at `p`, where the caller has
 * packet_text_room(). `ifname`, shorter than ESCAPE_IFNAME_MAX and escaped, and `fate`, the
 * FATE_TEXT of the packet, are printed unless they are NULL. Returns the end, after the newline.
 */
char *packet_text_put(struct packet_text *t, char *p, const char *ifname, const char *fate,
		      const struct packet *packet);

#endif
