/* SPDX-License-Identifier: BSD-2-Clause */
/* The taps that are read together. They may come and go meanwhile. */
#ifndef XDPTAP_READER_SOURCES_H
#define XDPTAP_READER_SOURCES_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reader/source.h"

struct capture_options;

struct sources {
	/*
	 * In places that do not change while a source is open; pointers are valid until the next
	 * sources_open_...(). One that has ended leaves its place to a later one.
	 */
	struct source *list;
	size_t n;
	uint64_t lost_before; /* by sources whose places were taken again */
	ino_t *known; /* directories of taps that were opened or refused, to ask each once */
	size_t n_known;
};

/*
 * Opens the taps of these names; all are SOURCE_NEW then. Returns true; or false after saying which
 * can't be opened, and why; then none is.
 */
bool sources_open_named(struct sources *s, const struct capture_options *o,
			const char (*ifnames)[IF_NAMESIZE], size_t n);

/*
 * Opens all taps that are pinned, and says why it can't open others. Returns how many are pinned,
 * or -errno after saying why they can't be listed.
 */
int sources_open_any(struct sources *s, const struct capture_options *o);

/* Opens taps that were attached since the last look, as far as they are complete. */
void sources_open_later(struct sources *s, const struct capture_options *o);

/* Closes all of them. */
void sources_close(struct sources *s);

/* Returns the number of sources that have not ended. */
size_t sources_left(const struct sources *s);

/* Returns the number of events lost since each was opened, because a ring buffer was full. */
uint64_t sources_lost(struct sources *s);

#endif
