// SPDX-License-Identifier: BSD-2-Clause
/*
 * Requesting wake-ups. tests/unit/wakeup_model_test.c goes through every order in which the
 * steps of program and reader can happen. Used by source.c and capture.c.
 */
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reader/wakeup.h"

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

int wakeup_open(struct wakeup *w, int wakeup_fd, int doorbell_fd)
{
	struct wakeup new = WAKEUP_CLOSED;
	void *request;
	int err;

	request = mmap(NULL, page_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, wakeup_fd, 0);
	if (request == MAP_FAILED)
		return -errno;
	err = ring_pages_map(&new.doorbell, doorbell_fd, 0, RING_PAGES_CONSUME);
	if (err) {
		munmap(request, page_bytes());
		return err;
	}
	new.request = request;
	wakeup_cancel(&new);
	*w = new;
	return 0;
}

void wakeup_close(struct wakeup *w)
{
	if (!w->request)
		return;
	__atomic_store_n(w->request, XDPTAP_WAKEUP_PLAIN, __ATOMIC_RELAXED);
	munmap(w->request, page_bytes());
	ring_pages_unmap(&w->doorbell);
	*w = (struct wakeup)WAKEUP_CLOSED;
}

void wakeup_request(struct wakeup *w, enum xdptap_wakeup when)
{
	/* Empties the doorbell: its records say nothing, but a full ring can't notify. */
	__atomic_store_n(w->doorbell.consumer,
			 __atomic_load_n(w->doorbell.producer, __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
	__atomic_store_n(w->request, when, __ATOMIC_RELEASE);
	/* The program commits an event, then reads the request; the reader writes the
	 * request, then checks for events. Without a full barrier on both sides, both
	 * could miss what the other one did. */
	atomic_thread_fence(memory_order_seq_cst);
}

void wakeup_cancel(struct wakeup *w)
{
	__atomic_store_n(w->request, XDPTAP_WAKEUP_NEVER, __ATOMIC_RELAXED);
}
