/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader's side of the wake-up protocol, of which bpf/wakeup.h is the program's: the
 * reader writes into a shared variable when it wants to be woken, and waits on a ring
 * buffer that carries nothing else, the pin `doorbell`.
 */
#ifndef XDPTAP_READER_WAKEUP_H
#define XDPTAP_READER_WAKEUP_H

#include <stddef.h>

#include "bpf/abi.h"
#include "pin/ring_pages.h"

struct wakeup {
	__u32 *request; /* shared with the program; an enum xdptap_wakeup */
	struct ring_pages doorbell;
};

#define WAKEUP_CLOSED \
	{             \
		0     \
	}

/*
 * Maps the shared variable and the doorbell of these descriptors, which stay the caller's,
 * and cancels any request. Returns 0 or -errno; *w is untouched on failure.
 */
int wakeup_open(struct wakeup *w, int wakeup_fd, int doorbell_fd);

/* Makes the rings notify a plain libbpf reader again, as before wakeup_open(). */
void wakeup_close(struct wakeup *w);

/*
 * Requests a wake-up; call it before waiting on the doorbell. Check the rings after this
 * call, and don't wait if what you would wait for is there already: every event that comes
 * later wakes you.
 */
void wakeup_request(struct wakeup *w, enum xdptap_wakeup when);

/* Cancels the request. One wake-up may still come. */
void wakeup_cancel(struct wakeup *w);

#endif
