/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Consumes a BPF ring buffer of packets, through mmap. Unlike libbpf's functions, it gives a
 * record back to the kernel only when told to, so that nothing leaves the ring buffer before it
 * is written. A ring buffer has one consumer: see pin/lock.h.
 */
#ifndef XDPTAP_READER_RING_H
#define XDPTAP_READER_RING_H

#include <stdbool.h>
#include <stddef.h>

#include "pin/ring_pages.h"
#include "reader/packet.h"

/* Bytes of a record without captured bytes: the kernel's header and the event. */
#define RING_RECORD_BYTES 64

/* Bytes of a record with `caplen` captured bytes; records start at multiples of 8. */
static inline unsigned long ring_record_bytes(uint32_t caplen)
{
	return (RING_RECORD_BYTES + 7UL + caplen) & ~7UL;
}

/* Positions count bytes since the ring buffer was created, and wrap around as the kernel's do. */
struct ring {
	struct ring_pages pages;
	unsigned long next;    /* position of the record that ring_peek() returns */
	unsigned long visible; /* producer position at the last ring_look() */
	/* The record that was still being written when batch.c came to it; see ring_wait(). */
	unsigned long busy;
	uint64_t busy_since_ns; /* CLOCK_MONOTONIC; 0: there was none yet */
	bool aside;             /* set by source.c: the others are not held up by this one */
};

#define RING_CLOSED \
	{           \
		0   \
	}

/*
 * Maps the ring buffer of map_fd, which stays the caller's. It continues where the last consumer
 * stopped. `bytes` is the map's max_entries. Returns 0, -EPROTO if the positions are
 * inconsistent, or -errno; *ring is untouched on failure.
 */
int ring_open(struct ring *ring, int map_fd, size_t bytes);
void ring_close(struct ring *ring);

/*
 * Reads the producer position; ring_peek() goes up to it. Returns 0, or -EPROTO if it is
 * impossible.
 */
int ring_look(struct ring *ring);

/*
 * Fills in the event and caplen of the next packet. The event is NULL if there is none, or if it
 * is still being written. The packet remains the next one until ring_take(), and valid until it
 * is released. Returns 0, or -EPROTO if it can't be a record.
 */
int ring_peek(struct ring *ring, struct packet *packet);

/*
 * For the record at which ring_peek() found nothing, since it is still being written: returns for
 * how many nanoseconds it has been, as far as this function was called. `now_ns` is
 * CLOCK_MONOTONIC's time.
 */
uint64_t ring_wait(struct ring *ring, uint64_t now_ns);

/* Advances past the packet that ring_peek() returned. Returns the position after it. */
unsigned long ring_take(struct ring *ring, const struct packet *packet);

/* Undoes the ring_take() that returned `end`. Undo several in reverse order. */
void ring_untake(struct ring *ring, const struct packet *packet, unsigned long end);

/* Gives everything before the position `end` back to the kernel. */
void ring_release(struct ring *ring, unsigned long end);

/* Returns the bytes that are not read yet, including record headers. */
size_t ring_pending(const struct ring *ring);

/*
 * Returns the number of packets that are not read yet, up to one that is still being written, or
 * that can't be a record.
 * `alike`: none of them has captured bytes. Otherwise they have to be counted one by one: at most
 * `most` of them are.
 */
size_t ring_count(const struct ring *ring, bool alike, size_t most);

#endif
