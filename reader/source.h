/* SPDX-License-Identifier: BSD-2-Clause */
/* A tap that is being read: its ring buffers, locked, and what it has lost. */
#ifndef XDPTAP_READER_SOURCE_H
#define XDPTAP_READER_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "pin/tap.h"
#include "reader/traced_watch.h"
#include "reader/wakeup.h"
#include "reader/ring.h"

/* Changed by source.c alone. */
enum source_state {
	SOURCE_OPEN,
	SOURCE_NEW,    /* opened, but not read before source_begin() */
	SOURCE_BROKEN, /* a ring buffer holds something that can't be a record; it is not read any
			  further */
	SOURCE_ENDED,  /* reported as ended; it is not read any more, and may be closed */
};

struct source {
	struct tap tap;
	struct ring *rings; /* tap.meta.rings of them */
	struct wakeup wakeup;
	uint64_t dropped_before; /* when the source was opened */
	uint64_t dropped;        /* when it was read last */
	struct traced_watch traced;
	const char *gone; /* why no more events will come; NULL: more may come */
	__u32 aside;      /* number of its ring buffers that are set aside */
	bool told_aside;  /* source_set_aside() has said so; the same for source_take_back() */
	bool told_back;
	enum source_state state;
};

#define SOURCE_CLOSED                                      \
	{                                                  \
		.tap = TAP_CLOSED, .wakeup = WAKEUP_CLOSED \
	}

/*
 * Opens the tap of that name as its only reader, with what is wanted; it is SOURCE_NEW then. Prints
 * how many events wait already, or why it can't be opened. Returns 0 or -errno; *s is untouched on
 * failure.
 */
int source_open(struct source *s, const struct tap_name *name, enum tap_want want);

/* From now on it is read. */
void source_begin(struct source *s);

/* Closes it; nothing if it is SOURCE_CLOSED or closed already. */
void source_close(struct source *s);

/* Notes why no more events will come. `why` is static text. */
void source_set_gone(struct source *s, const char *why);

/* Notes that a ring buffer can't be read any further. */
void source_set_broken(struct source *s);

/*
 * Sets a ring buffer aside, with the event in it that is not completed, or takes it back when that
 * is complete. The bytes in a ring buffer that is set aside are not pending. Of each source this is
 * told once.
 */
void source_set_aside(struct source *s, struct ring *ring);
void source_take_back(struct source *s, struct ring *ring);

/* Closes a source that can't be read. */
void source_give_up(struct source *s);

/*
 * Ends a source that is broken, or that is gone and whose rings are empty. Returns true
 * once, when it has ended; its counter of lost events is read for the last time.
 */
bool source_end(struct source *s);

/*
 * Returns the number of events lost since source_open(), because a ring buffer was full; of a
 * source that was closed, those until source_end().
 */
uint64_t source_lost(struct source *s);

/* Returns the bytes that are not read yet, including record headers. */
size_t source_pending(const struct source *s);

/* The same of the ring buffers that are set aside. */
size_t source_pending_aside(const struct source *s);

/*
 * Returns the number of packets that are not read yet. With captured bytes only some thousands
 * of each ring buffer are counted; *more is set if there may be more.
 */
size_t source_count(const struct source *s, bool *more);

/* Returns whether a request `when` would wake the reader at once. */
bool source_due(const struct source *s, enum xdptap_wakeup when);

#endif
