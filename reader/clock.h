/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an event's timestamp to the time of day. CLOCK_TAI is stepped together
 * with CLOCK_REALTIME, so the two differ by whole seconds that change with leap
 * seconds only, and an event keeps the wall time of its arrival even if the
 * clock is set before it is read.
 */
#ifndef XDPTAP_CLOCK_H
#define XDPTAP_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t tai_offset_ns; /* CLOCK_TAI minus CLOCK_REALTIME */
	int64_t second_ns;     /* since the epoch, when the second that `text` is of began */
	char text[8];          /* HH:MM:SS */
};

/* Reads the time zone, and does what clock_sample() does. */
void clock_init(struct clock *c);

/* Asks the kernel for the offset anew: once a batch of events is enough. */
void clock_sample(struct clock *c);

/* Nanoseconds since the epoch of a packet_event.ts_ns. */
int64_t clock_wall_ns(const struct clock *c, uint64_t ts_ns);

/* Writes local time as HH:MM:SS.uuuuuu; returns the end, CLOCK_TIME_BYTES on. */
#define CLOCK_TIME_BYTES 15
char *clock_put_time(struct clock *c, char *p, uint64_t ts_ns);

#endif
