/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks of a pcapng file: draft-ietf-opsawg-pcapng, called "the draft" in pcapng.c. Each
 * pcapng_put_...() writes one block at `p`, where the caller has as many bytes as the
 * corresponding ..._room() returns, and returns the end, which is aligned to 4 bytes. Integers are
 * in host byte order, as the format allows.
 *
 * A file consists of a section, then its interfaces, which are numbered from 0, then their
 * packets and statistics. Text may hold any bytes: those that are no UTF-8 become U+FFFD, and
 * everything beyond 65535 bytes is omitted.
 */
#ifndef XDPTAP_READER_PCAPNG_H
#define XDPTAP_READER_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reader/text/utf8.h"

/* What wrote the file, and where; NULL: omitted. */
struct pcapng_section {
	const char *hardware;
	const char *os;
	const char *application;
};

size_t pcapng_section_room(const struct pcapng_section *section);
char *pcapng_put_section(char *p, const struct pcapng_section *section);

/*
 * An interface that captures Ethernet frames, with timestamps in nanoseconds. libpcap reads a file
 * only if all interfaces have the same snaplen and no packet has more bytes than that.
 */
struct pcapng_interface {
	const char *name;
	const char *description; /* NULL: none */
	const char *comment;     /* NULL: none */
	const char *filter;      /* the expression of libpcap that all packets match; NULL: none */
	const char *os;          /* NULL: omitted */
	uint64_t speed;          /* bit/s; 0: unknown */
	uint32_t snaplen;        /* maximum of captured bytes; 0: no limit */
};

size_t pcapng_interface_room(const struct pcapng_interface *interface);
char *pcapng_put_interface(char *p, const struct pcapng_interface *interface);

/* A frame, or its first bytes. */
struct pcapng_packet {
	const void *bytes;   /* caplen bytes of the frame */
	const char *comment; /* NULL: none */
	const char *fate;    /* another comment, on the verdict; NULL: there is no verdict */
	uint64_t verdict;    /* what the XDP program returned */
	int64_t wall_ns;     /* since the epoch; an earlier time becomes the epoch */
	uint32_t interface;  /* number of the interface */
	uint32_t caplen;
	uint32_t len; /* bytes of the frame on the wire */
};

/* Room for a packet of `caplen` bytes without options; a constant if `caplen` is one. */
#define PCAPNG_PACKET_ROOM(caplen) (32 + ((size_t)(caplen) + 3) / 4 * 4)

/* What a fate of `length` bytes and its verdict add to that. */
#define PCAPNG_FATE_ROOM(length) (4 + UTF8_GROWTH * (size_t)(length) + 3 + 16 + 4)

size_t pcapng_packet_room(const struct pcapng_packet *packet);
char *pcapng_put_packet(char *p, const struct pcapng_packet *packet);

/* Counters of an interface, from the start of the file to its end. */
struct pcapng_statistics {
	int64_t start_ns, end_ns; /* since the epoch */
	uint64_t received;        /* frames that the tap saw */
	uint64_t dropped;         /* those that were lost on the way to the reader */
	uint64_t delivered;       /* those that are in the file */
	uint32_t interface;       /* number of the interface */
};

#define PCAPNG_STATISTICS_ROOM (24 + 5 * 12 + 4)
char *pcapng_put_statistics(char *p, const struct pcapng_statistics *statistics);

#endif
