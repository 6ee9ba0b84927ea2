/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks of a pcapng file: draft-ietf-opsawg-pcapng, called "the draft" in
 * pcapng.c. Each pcapng_put_...() writes one block at `p`, where the caller has
 * as many bytes as the function's ..._room() says, and returns the end; both
 * keep the alignment to 4 bytes. Integers are in host byte order, as the format
 * allows.
 *
 * A file is a section, then its interfaces, which are numbered from 0 in their
 * order, then packets and statistics of them. A text may hold any bytes: what
 * is no UTF-8 becomes U+FFFD, and what is beyond 65535 bytes is left out.
 */
#ifndef XDPTAP_READER_PCAPNG_H
#define XDPTAP_READER_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What has written the file, and where; NULL: not said. */
struct pcapng_section {
	const char *hardware;
	const char *os;
	const char *application;
};

size_t pcapng_section_room(const struct pcapng_section *section);
char *pcapng_put_section(char *p, const struct pcapng_section *section);

/*
 * One that captures Ethernet, with timestamps in nanoseconds. libpcap reads a
 * file only if all its interfaces have the same snaplen and no packet has more
 * bytes than that.
 */
struct pcapng_interface {
	const char *name;
	const char *description; /* NULL: none */
	const char *os;          /* NULL: not said */
	uint64_t speed;          /* bit/s; 0: not known */
	uint32_t snaplen;        /* bytes of a frame that are captured; 0: all */
};

size_t pcapng_interface_room(const struct pcapng_interface *interface);
char *pcapng_put_interface(char *p, const struct pcapng_interface *interface);

/* A frame, or the first bytes of one. */
struct pcapng_packet {
	const void *bytes;   /* of the frame: caplen */
	const char *comment; /* NULL: none */
	int64_t wall_ns;     /* since the epoch; what was before is shown as the epoch */
	uint32_t interface;  /* its number */
	uint32_t caplen;
	uint32_t len; /* of the frame on the wire */
};

/* For a packet of `caplen` bytes and without a comment; a constant if that is one. */
#define PCAPNG_PACKET_ROOM(caplen) (32 + ((size_t)(caplen) + 3) / 4 * 4)

size_t pcapng_packet_room(const struct pcapng_packet *packet);
char *pcapng_put_packet(char *p, const struct pcapng_packet *packet);

/* Of an interface, from the capture's start to its end. */
struct pcapng_statistics {
	int64_t start_ns, end_ns; /* since the epoch */
	uint64_t received;        /* frames that the interface had */
	uint64_t dropped;         /* of them, those that were lost on the way to the reader */
	uint64_t delivered;       /* packets that are in the file */
	uint32_t interface;       /* its number */
};

#define PCAPNG_STATISTICS_ROOM (24 + 5 * 12 + 4)
char *pcapng_put_statistics(char *p, const struct pcapng_statistics *statistics);

#endif
