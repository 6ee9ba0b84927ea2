// SPDX-License-Identifier: BSD-2-Clause
/* Maps ring buffers; used by xdptap-reader to consume them and by xdptap-stats to see how full they
 * are. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pin/ring_pages.h"

/* From the producer position's page to the end of the data. */
static size_t producer_bytes(const struct ring_pages *p)
{
	return p->page + 2 * p->bytes;
}

int ring_pages_map(struct ring_pages *p, int map_fd, size_t bytes, enum ring_pages_access access)
{
	struct ring_pages new = { .page = (size_t)sysconf(_SC_PAGESIZE), .bytes = bytes };
	int prot = access == RING_PAGES_CONSUME ? PROT_READ | PROT_WRITE : PROT_READ, err;
	void *consumer, *producer;

	consumer = mmap(NULL, new.page, prot, MAP_SHARED, map_fd, 0);
	if (consumer == MAP_FAILED)
		return -errno;
	producer =
		mmap(NULL, producer_bytes(&new), PROT_READ, MAP_SHARED, map_fd, (off_t) new.page);
	if (producer == MAP_FAILED) {
		err = -errno;
		munmap(consumer, new.page);
		return err;
	}
	new.consumer = consumer;
	new.producer = producer;
	new.data = (const unsigned char *)producer + new.page;
	*p = new;
	return 0;
}

void ring_pages_unmap(struct ring_pages *p)
{
	if (!p->consumer)
		return;
	munmap((void *)p->producer, producer_bytes(p));
	munmap(p->consumer, p->page);
	*p = (struct ring_pages)RING_PAGES_UNMAPPED;
}
