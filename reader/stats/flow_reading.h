/* SPDX-License-Identifier: BSD-2-Clause */
/* The flows of a tap at one moment, and how many there have been. */
#ifndef XDPTAP_READER_STATS_FLOW_READING_H
#define XDPTAP_READER_STATS_FLOW_READING_H

#include <net/if.h>

#include "pin/liveness.h"
#include "reader/stats/flows.h"

struct flow_reading {
	char ifname[IF_NAMESIZE];
	struct tap_meta meta;
	enum liveness liveness;
	uint64_t taken_ns;     /* CLOCK_TAI, as in the flows */
	uint64_t monotonic_ns; /* the same moment, ... */
	uint64_t wall_ns;      /* ... CLOCK_REALTIME */
	struct flow *flows;    /* n of them, in no order; ours */
	size_t n;
	uint64_t present; /* entries; it stays when the flows go elsewhere */
	uint64_t made;    /* entries since the tap was attached */
	uint64_t flushed; /* deleted by flush */
	uint64_t lost;    /* IP packets that are in no flow, as none could be made */
};

/*
 * Takes one of the tap on `ifname`; *r is fresh or was closed. Returns what tap_open()
 * does and the reason in words, or -ENODEV if the tap counts no flows; *r is untouched
 * on failure.
 */
int flow_reading_take(struct flow_reading *r, const char *bpffs, const char *ifname, char *reason,
		      size_t size);
void flow_reading_close(struct flow_reading *r);

/* Prints why flow_reading_take() failed, or tap_open() or no flows in the tap, and the next step.
 */
void flow_reading_failed(const char *ifname, int err, const char *reason);

/* Entries that made room for others. While flows come it is an estimate, rather too low. */
uint64_t flow_reading_evicted(const struct flow_reading *r);

#endif
