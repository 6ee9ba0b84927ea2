/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The taps that are read, while they come and go: each is waited for, and described in the file,
 * from when it begins to when it ends; and anew when `xdptap-loader set` has changed it.
 */
#ifndef XDPTAP_READER_FOLLOW_H
#define XDPTAP_READER_FOLLOW_H

#include "reader/batch.h"
#include "reader/capture.h"
#include "reader/elsewhere.h"
#include "reader/tap_monitor.h"
#include "reader/wait.h"
#include "reader/writer.h"

/* All but the monitor are the caller's, and open. */
struct follow {
	const struct capture_options *o;
	struct sources *sources;
	struct wait *wait;
	struct batch *batch;
	struct writer *writer; /* NULL: nothing is written */
	struct tap_monitor monitor;
	struct elsewhere elsewhere;
};

/*
 * Notices from now on when a tap comes or goes. If that is impossible, says so: they are read all
 * the same. Comes before the reader gives up its privileges.
 */
void follow_open(struct follow *f);
void follow_close(struct follow *f);

/* Begins to read the sources. Returns 0, or -errno if the output can't be written any more. */
int follow_begin(struct follow *f);

/* After WAIT_MONITOR: finds out what has changed. As follow_begin(). */
int follow_changes(struct follow *f);

/* Ends and closes the sources that will give no more events, and says why. As follow_begin(). */
int follow_end(struct follow *f);

#endif
