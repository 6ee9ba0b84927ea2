/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Converts the timestamp of an event (CLOCK_TAI) to wall time. CLOCK_TAI is stepped together
 * with CLOCK_REALTIME: the two differ by whole seconds, which change only with a leap second.
 * So an event keeps the wall time of its arrival even if the clock is set before it is read.
 *
 * Timestamps are input: every 64-bit value gives some time.
 */
#ifndef XDPTAP_READER_TEXT_TIME_H
#define XDPTAP_READER_TEXT_TIME_H

#include <stdint.h>

/* The text of one second, kept because most packets share it with the packet before. */
struct time_second {
	int64_t start_ns; /* since the epoch */
	char text[19];    /* YYYY-MM-DD HH:MM:SS; in UTC with a T in between */
};

struct time_base {
	int64_t tai_offset_ns; /* CLOCK_TAI minus CLOCK_REALTIME */
	struct time_second local;
	struct time_second utc;
};

/* Reads the time zone, then does what time_sample() does. */
void time_init(struct time_base *c);

/* Asks the kernel for the TAI offset again. Once per batch of events is enough. */
void time_sample(struct time_base *c);

/* Converts a packet_event.ts_ns to nanoseconds since the epoch. */
int64_t time_wall_ns(const struct time_base *c, uint64_t ts_ns);

/* The same in microseconds, rounded down. */
int64_t time_wall_us(const struct time_base *c, uint64_t ts_ns);

/*
 * Each of the following functions writes at `p`, where the caller provides the room, and
 * returns the end of what it wrote; it writes no NUL. Fractions are rounded down.
 */

/* The local time of a packet_event.ts_ns as HH:MM:SS.uuuuuu. */
#define TIME_OF_DAY_BYTES 15
char *time_put_of_day(struct time_base *c, char *p, uint64_t ts_ns);

/* The same with the date: YYYY-MM-DD HH:MM:SS.uuuuuu. */
#define TIME_DATE_BYTES 26
char *time_put_date(struct time_base *c, char *p, uint64_t ts_ns);

/* The same in UTC, by RFC 3339: YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ. */
#define TIME_RFC3339_BYTES 30
char *time_put_rfc3339(struct time_base *c, char *p, uint64_t ts_ns);

/* The result of time_wall_us() as seconds since the epoch: S.uuuuuu. */
#define TIME_EPOCH_MAX 24
char *time_put_epoch(char *p, int64_t us);

/*
 * A difference of times as tcpdump -ttt prints it: "-" or a space, then HH:MM:SS.uuuuuu with
 * as many digits for the hours as they need.
 */
#define TIME_SPAN_MAX 24
char *time_put_span(char *p, int64_t us);

/*
 * Each of the following functions writes the wall time of `ns` nanoseconds since the epoch
 * and a NUL, and returns buf. Fractions of a second are dropped, except by the last one.
 */
#define TIME_TEXT_MAX 32

/* Local time as YYYY-MM-DD HH:MM:SS. */
const char *time_local(char buf[TIME_TEXT_MAX], uint64_t ns);

/* Local time as HH:MM:SS. */
const char *time_local_of_day(char buf[TIME_TEXT_MAX], uint64_t ns);

/* UTC by RFC 3339: YYYY-MM-DDTHH:MM:SSZ. */
const char *time_rfc3339(char buf[TIME_TEXT_MAX], uint64_t ns);

/* The same with nanoseconds: YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ. */
const char *time_rfc3339_ns(char buf[TIME_TEXT_MAX], uint64_t ns);

#endif
