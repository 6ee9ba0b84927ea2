// SPDX-License-Identifier: BSD-2-Clause
/*
 * The word and the doorbell. tests/unit/wakeup_model_test.c goes through all
 * that the two sides can do to each other. Used by source.c and capture.c.
 */
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reader/wakeup.h"

/* What wakeup_open() did not get to map is NULL. */
static void unmap(struct wakeup *d)
{
	if (d->word)
		munmap(d->word, d->page);
	if (d->consumer)
		munmap(d->consumer, d->page);
	if (d->producer)
		munmap((void *)d->producer, d->page);
	*d = (struct wakeup)WAKEUP_CLOSED;
}

/* Returns the page at `offset`, or NULL and errno. */
static void *map_page(int fd, int prot, size_t page, size_t offset)
{
	void *p = mmap(NULL, page, prot, MAP_SHARED, fd, (off_t)offset);

	return p == MAP_FAILED ? NULL : p;
}

int wakeup_open(struct wakeup *d, int wakeup_fd, int doorbell_fd)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct wakeup new = { .page = page };
	int err;

	new.word = map_page(wakeup_fd, PROT_READ | PROT_WRITE, page, 0);
	if (new.word)
		new.consumer = map_page(doorbell_fd, PROT_READ | PROT_WRITE, page, 0);
	if (new.consumer)
		new.producer = map_page(doorbell_fd, PROT_READ, page, page);
	if (!new.producer) {
		err = -errno;
		unmap(&new);
		return err;
	}
	wakeup_cancel(&new);
	*d = new;
	return 0;
}

void wakeup_close(struct wakeup *d)
{
	if (d->word)
		__atomic_store_n(d->word, XDPTAP_WAKEUP_PLAIN, __ATOMIC_RELAXED);
	unmap(d);
}

void wakeup_request(struct wakeup *d, enum xdptap_wakeup when)
{
	/* Room for a ring, or else somebody has rung since. The records say nothing. */
	__atomic_store_n(d->consumer, __atomic_load_n(d->producer, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
	__atomic_store_n(d->word, when, __ATOMIC_RELEASE);
	/* The program commits an event and reads the word, we write the word
	 * and look for events: without this on both sides both could miss. */
	atomic_thread_fence(memory_order_seq_cst);
}

void wakeup_cancel(struct wakeup *d)
{
	__atomic_store_n(d->word, XDPTAP_WAKEUP_NEVER, __ATOMIC_RELAXED);
}
