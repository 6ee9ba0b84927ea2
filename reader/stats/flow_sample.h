/* SPDX-License-Identifier: BSD-2-Clause */
/* The flows of a tap at one moment, and how many there have been; for `top` and `flush`. */
#ifndef XDPTAP_READER_STATS_FLOW_SAMPLE_H
#define XDPTAP_READER_STATS_FLOW_SAMPLE_H

#include <net/if.h>

#include "pin/tap_state.h"
#include "pin/reason.h"
#include "pin/tap_name.h"
#include "reader/stats/flows.h"

struct flow_sample {
	char ifname[IF_NAMESIZE];
	struct tap_meta meta;
	enum tap_state state;
	uint64_t taken_ns;     /* CLOCK_TAI, the clock of the flows' times */
	uint64_t monotonic_ns; /* the same moment by CLOCK_MONOTONIC */
	uint64_t wall_ns;      /* the same moment by CLOCK_REALTIME */
	struct flow *flows;    /* n flows, in no order; owned by this struct */
	size_t n;
	uint64_t present; /* entries in the map when it was read */
	uint64_t created; /* entries that were created since the tap was attached */
	uint64_t flushed; /* entries that `flush` deleted */
	uint64_t lost;    /* IP packets that are in no flow because no entry could be created */
};

/*
 * Takes a sample of the flows of the tap `name`. *s must be all 0 or closed. Returns 0;
 * -ENODEV if the tap counts no flows; or the error of tap_open() or of reading a map. On
 * failure *s is untouched, and `reason` says in words what was wrong.
 */
int flow_sample_take(struct flow_sample *s, const struct tap_name *name, struct reason *reason);
void flow_sample_close(struct flow_sample *s);

/*
 * Prints why flow_sample_take() failed, or why a tap can't be flushed, and the next step.
 * `err` is the error of tap_open(), or -ENODEV if the tap counts no flows.
 */
void flow_sample_failed(const char *ifname, int err, const struct reason *reason);

/*
 * Returns the number of entries that were evicted since the tap was attached. While packets
 * arrive it is an estimate, more often too low than too high.
 */
uint64_t flow_sample_evicted(const struct flow_sample *s);

#endif
