/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The consuming end of a BPF ring buffer of packets, by mmap. Unlike
 * libbpf's it gives a record back to the kernel only when told to, so that
 * nothing leaves the ring before it is written. One consumer a ring: see lock.h.
 */
#ifndef XDPTAP_READER_RING_H
#define XDPTAP_READER_RING_H

#include <stddef.h>

#include "pin/ring_pages.h"
#include "reader/packet.h"

/* Bytes of a record without captured bytes: the kernel's header and the event. */
#define RING_RECORD_BYTES 64

/* The same with as many as caplen; the kernel starts records at multiples of 8. */
static inline unsigned long ring_record_bytes(uint32_t caplen)
{
	return (RING_RECORD_BYTES + 7UL + caplen) & ~7UL;
}

/* Positions count bytes since the ring was made, and wrap as the kernel's do. */
struct ring {
	struct ring_pages pages;
	uint32_t snaplen;      /* no packet has more captured bytes */
	unsigned long next;    /* position of the record that ring_peek() looks at */
	unsigned long visible; /* the producer's position at the last ring_look() */
};

#define RING_CLOSED \
	{           \
		0   \
	}

/*
 * Maps the ring behind map_fd, which stays the caller's; it goes on where the
 * last consumer stopped. `bytes` is the map's max_entries. Returns 0, -EPROTO
 * if its positions make no sense, or -errno; then *ring is untouched.
 */
int ring_open(struct ring *ring, int map_fd, size_t bytes, uint32_t snaplen);
void ring_close(struct ring *ring);

/*
 * Looks how far the producers are; ring_peek() goes as far as that. Returns 0,
 * or -EPROTO if that can't be.
 */
int ring_look(struct ring *ring);

/*
 * Fills in the event and caplen of the next packet; the event is NULL if there is
 * none or if it is still being written. It stays the next one until ring_take(),
 * and valid until it is released. Returns 0, or -EPROTO if what lies there can't
 * be a record.
 */
int ring_peek(struct ring *ring, struct packet *packet);

/* Moves on behind the packet that ring_peek() gave. Returns that position. */
unsigned long ring_take(struct ring *ring, const struct packet *packet);

/* Undoes ring_take(), which gave `end`; of several the last one first. */
void ring_untake(struct ring *ring, const struct packet *packet, unsigned long end);

/* Gives all before the position `end` back to the kernel. */
void ring_release(struct ring *ring, unsigned long end);

/* Bytes that wait in the ring now, headers included, from the next record on. */
size_t ring_pending(const struct ring *ring);

/*
 * Packets that wait in the ring now, up to one that is still being written. Of
 * those with captured bytes, which have to be counted one by one, at most `most`.
 */
size_t ring_count(const struct ring *ring, size_t most);

#endif
