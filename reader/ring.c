// SPDX-License-Identifier: BSD-2-Clause
/*
 * Consumes a ring buffer; used by source.c and batch.c. The kernel's
 * Documentation/bpf/ringbuf.rst describes the protocol: a record is reserved (its header is
 * marked busy and the producer position advances), filled, and committed by one exchange of the
 * first word of its header. The consumer reads records in order, up to the first busy one.
 */
#include <errno.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "reader/ring.h"

/* As in kernel/bpf/ringbuf.c; `where` is for the kernel alone. */
struct record_header {
	__u32 len; /* of the bytes that follow, without padding; the two highest bits are flags */
	__u32 where;
};

_Static_assert(sizeof(struct record_header) == BPF_RINGBUF_HDR_SZ, "the kernel's header");
_Static_assert(RING_RECORD_BYTES == BPF_RINGBUF_HDR_SZ + sizeof(struct packet_event),
	       "a multiple of 8: no padding");

static unsigned long load_acquire(const unsigned long *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

/* The kernel aligns records to 8 bytes, and never reserves bytes that are in use. */
static int check_positions(unsigned long consumer, unsigned long producer, size_t bytes)
{
	if (consumer % 8 || producer % 8 || producer - consumer > bytes)
		return -EPROTO;
	return 0;
}

int ring_open(struct ring *ring, int map_fd, size_t bytes)
{
	struct ring r = { 0 };
	int err;

	if (!bytes || bytes & (bytes - 1) || bytes % (size_t)sysconf(_SC_PAGESIZE))
		return -EPROTO;
	err = ring_pages_map(&r.pages, map_fd, bytes, RING_PAGES_CONSUME);
	if (err)
		return err;
	r.next = r.visible = load_acquire(r.pages.consumer);
	err = check_positions(r.next, load_acquire(r.pages.producer), bytes);
	if (err)
		ring_close(&r);
	else
		*ring = r;
	return err;
}

void ring_close(struct ring *ring)
{
	ring_pages_unmap(&ring->pages);
}

static const struct record_header *header_at(const struct ring *ring, unsigned long pos)
{
	return (const void *)(ring->pages.data + (pos & (ring->pages.bytes - 1)));
}

/* Returns the size of a record with header and padding, from the first word of its header. */
static unsigned long record_bytes(__u32 len)
{
	return ((len & ~BPF_RINGBUF_DISCARD_BIT) + BPF_RINGBUF_HDR_SZ + 7UL) & ~7UL;
}

int ring_look(struct ring *ring)
{
	ring->visible = load_acquire(ring->pages.producer);
	return check_positions(ring->next, ring->visible, ring->pages.bytes);
}

int ring_peek(struct ring *ring, struct packet *packet)
{
	const struct record_header *header;
	unsigned long record;
	__u32 len;

	for (; ring->next != ring->visible; ring->next += record) {
		header = header_at(ring, ring->next);
		/* Pairs with the exchange that commits the record: the packet is complete. */
		len = __atomic_load_n(&header->len, __ATOMIC_ACQUIRE);
		if (len & BPF_RINGBUF_BUSY_BIT)
			break;
		record = record_bytes(len);
		if (record > ring->visible - ring->next)
			return -EPROTO;
		if (len & BPF_RINGBUF_DISCARD_BIT)
			continue;
		/* Unsigned: a record that is shorter than an event fails, too. */
		if (len - sizeof(*packet->event) > XDPTAP_CAPLEN_MAX)
			return -EPROTO;
		packet->event = (const void *)(header + 1);
		packet->caplen = (uint32_t)(len - sizeof(*packet->event));
		return 0;
	}
	packet->event = NULL;
	return 0;
}

uint64_t ring_wait(struct ring *ring, uint64_t now_ns)
{
	if (!ring->busy_since_ns || ring->busy != ring->next) {
		ring->busy = ring->next;
		ring->busy_since_ns = now_ns;
	}
	return now_ns - ring->busy_since_ns;
}

unsigned long ring_take(struct ring *ring, const struct packet *packet)
{
	ring->next += ring_record_bytes(packet->caplen);
	return ring->next;
}

void ring_untake(struct ring *ring, const struct packet *packet, unsigned long end)
{
	ring->next = end - ring_record_bytes(packet->caplen);
}

void ring_release(struct ring *ring, unsigned long end)
{
	/* Release: the bytes are read before the kernel overwrites them. */
	if (*ring->pages.consumer != end)
		__atomic_store_n(ring->pages.consumer, end, __ATOMIC_RELEASE);
}

size_t ring_pending(const struct ring *ring)
{
	return load_acquire(ring->pages.producer) - ring->next;
}

size_t ring_count(const struct ring *ring, bool alike, size_t most)
{
	unsigned long end = load_acquire(ring->pages.producer), record;
	size_t n = 0;
	__u32 len;

	/* Without this, discarded records without end would be walked along. */
	if (check_positions(ring->next, end, ring->pages.bytes))
		return 0;
	/* Then none of them has to be touched. */
	if (alike)
		return (end - ring->next) / RING_RECORD_BYTES;
	for (unsigned long pos = ring->next; pos != end && n < most; pos += record) {
		len = __atomic_load_n(&header_at(ring, pos)->len, __ATOMIC_ACQUIRE);
		record = record_bytes(len);
		if (len & BPF_RINGBUF_BUSY_BIT || record > end - pos)
			break;
		n += !(len & BPF_RINGBUF_DISCARD_BIT);
	}
	return n;
}
