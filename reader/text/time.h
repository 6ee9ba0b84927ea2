/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an event's timestamp to the time of day. CLOCK_TAI is stepped together
 * with CLOCK_REALTIME, so the two differ by whole seconds that change with leap
 * seconds only, and an event keeps the wall time of its arrival even if the
 * clock is set before it is read.
 *
 * Timestamps are input: there is none that does not make a time.
 */
#ifndef XDPTAP_READER_TEXT_TIME_H
#define XDPTAP_READER_TEXT_TIME_H

#include <stdint.h>

/* A second as text: what most packets have in common with the one before. */
struct time_second {
	int64_t start_ns; /* since the epoch */
	char text[19];    /* YYYY-MM-DD HH:MM:SS; of UTC with a T between */
};

struct time_base {
	int64_t tai_offset_ns; /* CLOCK_TAI minus CLOCK_REALTIME */
	struct time_second local;
	struct time_second utc;
};

/* Reads the time zone, and does what time_sample() does. */
void time_init(struct time_base *c);

/* Asks the kernel for the offset anew: once a batch of events is enough. */
void time_sample(struct time_base *c);

/* Nanoseconds since the epoch of a packet_event.ts_ns. */
int64_t time_wall_ns(const struct time_base *c, uint64_t ts_ns);

/* Microseconds since the epoch, rounded down. */
int64_t time_wall_us(const struct time_base *c, uint64_t ts_ns);

/*
 * Each of these writes at `p`, where the caller has made room, and returns the
 * end, without a NUL; microseconds and nanoseconds are rounded down.
 */

/* Local time as HH:MM:SS.uuuuuu, of a packet_event.ts_ns. */
#define TIME_OF_DAY_BYTES 15
char *time_put_of_day(struct time_base *c, char *p, uint64_t ts_ns);

/* Local time as YYYY-MM-DD HH:MM:SS.uuuuuu. */
#define TIME_DATE_BYTES 26
char *time_put_date(struct time_base *c, char *p, uint64_t ts_ns);

/* RFC 3339 in UTC: YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ. */
#define TIME_RFC3339_BYTES 30
char *time_put_rfc3339(struct time_base *c, char *p, uint64_t ts_ns);

/* Seconds since the epoch, .uuuuuu; of a time_wall_us(). */
#define TIME_EPOCH_MAX 24
char *time_put_epoch(char *p, int64_t us);

/* A span as HH:MM:SS.uuuuuu, with as many hours as there are; before it "-" or a space. */
#define TIME_SPAN_MAX 24
char *time_put_span(char *p, int64_t us);

#endif
