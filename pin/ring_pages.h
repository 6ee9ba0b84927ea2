/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pages of a BPF ring buffer in this process: the consumer position, which the reader
 * writes, the producer position, and the data. The kernel's Documentation/bpf/ringbuf.rst
 * describes them. Positions count bytes since the ring was created; they wrap around.
 */
#ifndef XDPTAP_PIN_RING_PAGES_H
#define XDPTAP_PIN_RING_PAGES_H

#include <stddef.h>

struct ring_pages {
	unsigned long *consumer; /* shared with the kernel, and so are the next two */
	const unsigned long *producer;
	const unsigned char *data; /* mapped twice in a row, so that records don't wrap */
	size_t page;               /* bytes of a page */
	size_t bytes;              /* of the data; 0: only the positions are mapped */
};

#define RING_PAGES_UNMAPPED \
	{                   \
		0           \
	}

/* What the positions are mapped for. */
enum ring_pages_access {
	RING_PAGES_WATCH,   /* reading alone; the consumer position must not be written */
	RING_PAGES_CONSUME, /* writing the consumer position */
};

/*
 * Maps the ring of `map_fd`, which stays the caller's and may be closed afterwards. `bytes`
 * is the map's max_entries, or 0 for the positions alone. Returns 0 or -errno, -EACCES or
 * -EPERM if the descriptor can't write: the kernel demands that even of those who read.
 * *p is untouched on failure.
 */
int ring_pages_map(struct ring_pages *p, int map_fd, size_t bytes, enum ring_pages_access access);

/* Unmaps them; nothing if they are unmapped already. */
void ring_pages_unmap(struct ring_pages *p);

#endif
