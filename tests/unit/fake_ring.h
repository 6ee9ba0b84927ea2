/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring buffer in a memfd, laid out as the kernel maps one, for tests to fill; sources of them. */
#ifndef XDPTAP_TEST_FAKE_RING_H
#define XDPTAP_TEST_FAKE_RING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/source.h"

#define FAKE_RING_BYTES 65536 /* a multiple of every page size */

struct fake_ring {
	int fd; /* for ring_open() */
	unsigned long *consumer;
	unsigned long *producer;
	unsigned char *data; /* twice */
};

/* With both positions at `start`. */
struct fake_ring fake_ring_open(unsigned long start);
void fake_ring_close(struct fake_ring *f);

/*
 * Appends a record: a header of `len`, flags included, and `size` bytes, padded
 * to 8. Returns its position.
 */
unsigned long fake_ring_put(struct fake_ring *f, uint32_t len, const void *bytes, size_t size);

/* Appends an event of which only the time says something. */
unsigned long fake_ring_put_event(struct fake_ring *f, uint64_t ts_ns);

/* The same in two steps: its place, with a header that says busy, and then the rest. */
unsigned long fake_ring_reserve(struct fake_ring *f);
void fake_ring_commit(struct fake_ring *f, unsigned long pos, uint64_t ts_ns);

/*
 * The same with `caplen` captured bytes, which are all the last byte of the time;
 * the event's len is FAKE_RING_LEN more.
 */
#define FAKE_RING_LEN 60
unsigned long fake_ring_reserve_packet(struct fake_ring *f, uint32_t caplen);
void fake_ring_commit_packet(struct fake_ring *f, unsigned long pos, uint64_t ts_ns,
			     uint32_t caplen);

/* Rewrites the header at `pos`. */
void fake_ring_set_header(struct fake_ring *f, unsigned long pos, uint32_t len);

/* A source that reads `n` of these, open; with all positions at `start`. */
struct source fake_source_open(struct fake_ring *fakes, uint32_t n, unsigned long start);
void fake_source_close(struct source *s, struct fake_ring *fakes);

#endif
