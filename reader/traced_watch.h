/* SPDX-License-Identifier: BSD-2-Clause */
/* What a trace tap sees, while it is read: the user learns when that changes. */
#ifndef XDPTAP_READER_TRACED_WATCH_H
#define XDPTAP_READER_TRACED_WATCH_H

#include <stdbool.h>

#include "pin/tap.h"
#include "reader/chain_watch.h"

/* All 0 at first. */
struct traced_watch {
	__u32 id;  /* of the program that was traced at the last look; 0: there was none */
	bool gone; /* it had left the interface */
	struct chain_watch chain; /* of a tap that traces all programs */
};

/*
 * Looks whether the traced program is still on the interface, and whether the settings of the tap,
 * which the caller has refreshed, name another one; or, if the tap traces all programs or counts
 * their verdicts, which have joined or left. Prints what has changed. Does nothing with other taps.
 */
void traced_watch_look(struct traced_watch *w, const char *bpffs, const struct tap *tap);

#endif
