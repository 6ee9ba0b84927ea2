/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a tap's reader says when it wants to be woken: the reader's side of what
 * bpf/wakeup.h does in the program.
 */
#ifndef XDPTAP_READER_WAKEUP_H
#define XDPTAP_READER_WAKEUP_H

#include <stddef.h>

#include "bpf/abi.h"

struct wakeup {
	__u32 *word;                   /* shared; an enum xdptap_wakeup */
	unsigned long *consumer;       /* shared; of the doorbell */
	const unsigned long *producer; /* shared; of the doorbell */
	size_t page;
};

#define WAKEUP_CLOSED \
	{             \
		0     \
	}

/*
 * Maps the word and the doorbell behind these descriptors, which stay the
 * caller's, and says that the reader is awake. Returns 0 or -errno; then *d is
 * untouched.
 */
int wakeup_open(struct wakeup *d, int wakeup_fd, int doorbell_fd);

/* Leaves the rings to notify a plain reader, as they did before. */
void wakeup_close(struct wakeup *d);

/*
 * Before waiting on the doorbell: says when to ring. Look into the rings after
 * this, and don't wait if there is what you wait for; nothing that comes later
 * goes by without the doorbell.
 */
void wakeup_request(struct wakeup *d, enum xdptap_wakeup when);

/* After it: nobody rings any more, or at most once, for nothing. */
void wakeup_cancel(struct wakeup *d);

#endif
