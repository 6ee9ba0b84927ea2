// SPDX-License-Identifier: BSD-2-Clause
/* Plays the kernel's part for the tests of ring.c and batch.c. */
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/fake_ring.h"

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

struct fake_ring fake_ring_open(unsigned long start)
{
	size_t page = page_bytes(), size = 2 * page + 2 * FAKE_RING_BYTES;
	struct fake_ring f = { .fd = memfd_create("ring", MFD_CLOEXEC) };
	unsigned char *p;

	assert_true(f.fd >= 0);
	assert_int_equal(ftruncate(f.fd, (off_t)size), 0);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, f.fd, 0);
	assert_true(p != MAP_FAILED);
	f.consumer = (void *)p;
	f.producer = (void *)(p + page);
	f.data = p + 2 * page;
	*f.consumer = *f.producer = start;
	return f;
}

void fake_ring_close(struct fake_ring *f)
{
	munmap(f->consumer, 2 * page_bytes() + 2 * FAKE_RING_BYTES);
	close(f->fd);
}

/* The kernel maps the same pages twice; here each byte is written twice. */
static void write_at(struct fake_ring *f, unsigned long pos, const void *bytes, size_t size)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < size; i++) {
		f->data[(pos + i) % FAKE_RING_BYTES] = b[i];
		f->data[(pos + i) % FAKE_RING_BYTES + FAKE_RING_BYTES] = b[i];
	}
}

void fake_ring_set_header(struct fake_ring *f, unsigned long pos, uint32_t len)
{
	write_at(f, pos, &len, sizeof(len));
}

unsigned long fake_ring_put(struct fake_ring *f, uint32_t len, const void *bytes, size_t size)
{
	unsigned long pos = *f->producer;

	fake_ring_set_header(f, pos, len);
	write_at(f, pos + BPF_RINGBUF_HDR_SZ, bytes, size);
	*f->producer = pos + BPF_RINGBUF_HDR_SZ + (size + 7) / 8 * 8;
	return pos;
}

unsigned long fake_ring_reserve_packet(struct fake_ring *f, uint32_t caplen)
{
	unsigned long pos = *f->producer;
	uint32_t len = (uint32_t)sizeof(struct packet_event) + caplen;

	fake_ring_set_header(f, pos, len | BPF_RINGBUF_BUSY_BIT);
	*f->producer = pos + ring_record_bytes(caplen);
	return pos;
}

void fake_ring_commit_packet(struct fake_ring *f, unsigned long pos, uint64_t ts_ns,
			     uint32_t caplen)
{
	struct packet_event ev = { .ts_ns = ts_ns, .len = FAKE_RING_LEN + caplen };
	uint8_t byte = (uint8_t)ts_ns;

	write_at(f, pos + BPF_RINGBUF_HDR_SZ, &ev, sizeof(ev));
	for (uint32_t i = 0; i < caplen; i++)
		write_at(f, pos + BPF_RINGBUF_HDR_SZ + sizeof(ev) + i, &byte, 1);
	fake_ring_set_header(f, pos, (uint32_t)sizeof(ev) + caplen);
}

unsigned long fake_ring_reserve(struct fake_ring *f)
{
	return fake_ring_reserve_packet(f, 0);
}

void fake_ring_commit(struct fake_ring *f, unsigned long pos, uint64_t ts_ns)
{
	fake_ring_commit_packet(f, pos, ts_ns, 0);
}

unsigned long fake_ring_put_event(struct fake_ring *f, uint64_t ts_ns)
{
	unsigned long pos = fake_ring_reserve(f);

	fake_ring_commit(f, pos, ts_ns);
	return pos;
}

struct source fake_source_open(struct fake_ring *fakes, uint32_t n, unsigned long start)
{
	struct source s = SOURCE_CLOSED;

	s.tap.meta.rings = n;
	s.tap.meta.ring_bytes = FAKE_RING_BYTES;
	s.rings = calloc(n, sizeof(*s.rings));
	assert_non_null(s.rings);
	for (uint32_t i = 0; i < n; i++) {
		fakes[i] = fake_ring_open(start);
		assert_int_equal(ring_open(&s.rings[i], fakes[i].fd, FAKE_RING_BYTES), 0);
	}
	return s;
}

void fake_source_close(struct source *s, struct fake_ring *fakes)
{
	for (uint32_t i = 0; i < s->tap.meta.rings; i++)
		fake_ring_close(&fakes[i]);
	source_close(s);
}
