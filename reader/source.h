/* SPDX-License-Identifier: BSD-2-Clause */
/* One tap as the reader reads it: its rings, locked, and what it loses. */
#ifndef XDPTAP_READER_SOURCE_H
#define XDPTAP_READER_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "pin/tap.h"
#include "reader/wakeup.h"
#include "reader/ring.h"

/* Changed by source.c alone. */
enum source_state {
	SOURCE_OPEN,
	SOURCE_BROKEN, /* a ring holds something that can't be a record; not read any further */
	SOURCE_ENDED,  /* said to have ended; it is not read any more */
};

struct source {
	struct tap tap;
	struct ring *rings; /* tap.meta.rings of them */
	struct wakeup wakeup;
	uint64_t dropped_before; /* when it was opened */
	uint64_t dropped;        /* when last asked for */
	const char *gone;        /* why no more events will come; NULL: more may come */
	enum source_state state;
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

/* Notes why no more events will come. `why` is static text. */
void source_set_gone(struct source *s, const char *why);

/* Notes that a ring can't be read on. */
void source_set_broken(struct source *s);

/*
 * Ends a source that is broken, or that is gone and whose rings are empty. Returns true
 * once, when it has ended.
 */
bool source_end(struct source *s);

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
