/* SPDX-License-Identifier: BSD-2-Clause */
/* One tap as the reader reads it: its rings, locked, and what it loses. */
#ifndef XDPTAP_READER_SOURCE_H
#define XDPTAP_READER_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "pin/tap.h"
#include "reader/wakeup.h"
#include "reader/ring.h"

struct source {
	struct tap tap;
	struct ring *rings; /* tap.meta.rings of them */
	struct wakeup wakeup;
	uint64_t dropped_before; /* when it was opened */
	uint64_t dropped;        /* when last asked for */
	const char *gone;        /* why nothing more will come; NULL: more may */
	bool broken;             /* a ring holds what can't be a record */
	bool ended;              /* nothing more will be read */
};

#define SOURCE_CLOSED                                      \
	{                                                  \
		.tap = TAP_CLOSED, .wakeup = WAKEUP_CLOSED \
	}

/*
 * Opens the tap on ifname as its one reader, and says so on stderr if events
 * wait already, or if it can't be opened. Returns 0 or -errno; *s is then as
 * it was.
 */
int source_open(struct source *s, const struct tap_name *name);

/* Closes one that is SOURCE_CLOSED or closed already, too. */
void source_close(struct source *s);

/* Events that the rings had no room for since source_open(). */
uint64_t source_lost(struct source *s);

/* Bytes that wait in its rings, record headers included. */
size_t source_pending(const struct source *s);

/*
 * Packets that wait in its rings. With captured bytes not more than some thousands
 * of each ring are counted; *more: there were so many.
 */
size_t source_count(const struct source *s, bool *more);

/* Whether there is what wakeup_request() was to wait for. */
bool source_due(const struct source *s, enum xdptap_wakeup when);

#endif
