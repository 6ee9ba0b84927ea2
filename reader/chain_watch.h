/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XDP programs on the interface of a tap that traces all of them, while it is read: the user
 * learns which join and leave.
 */
#ifndef XDPTAP_READER_CHAIN_WATCH_H
#define XDPTAP_READER_CHAIN_WATCH_H

#include <stdbool.h>

#include "pin/chain_look.h"
#include "pin/tap.h"

/* What was found at the last look; all 0 at first. */
struct chain_watch {
	__u64 looked_ns; /* CLOCK_MONOTONIC; 0: never */
	__u32 n;         /* programs that are not traced */
	__u32 untraced[CHAIN_LOOK_MAX];
	__u32 gone[XDPTAP_MEMBERS_MAX]; /* by index in XDPTAP_MAP_MEMBERS, the id; 0: it is there */
};

/* Whether the tap is to trace, or to count the verdicts of, whatever is on its interface. */
bool chain_watch_concerns(const struct tap *tap);

/*
 * Looks at the interface of such a tap, whose settings the caller has refreshed, and prints what
 * has changed. Does nothing if the last look was just now, or if the programs can't be listed.
 */
void chain_watch_look(struct chain_watch *w, const char *bpffs, const struct tap *tap);

#endif
