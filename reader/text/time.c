// SPDX-License-Identifier: BSD-2-Clause
/* Converts CLOCK_TAI to local time and to UTC, for the text and JSON of packets and flows. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pin/now.h"
#include "reader/text/time.h"
#include "reader/text/digits.h"

#define SECOND_NS  INT64_C(1000000000)
#define US_PER_SEC 1000000

/* Rounds down, also before the epoch. */
static int64_t floor_divide(int64_t ns, int64_t by)
{
	return ns / by - (ns % by < 0);
}

void time_sample(struct time_base *c)
{
	int64_t before, tai, after;

	/* Repeat if the clock was set, or this process was stopped, between the readings. */
	do {
		before = (int64_t)now_ns(CLOCK_REALTIME);
		tai = (int64_t)now_ns(CLOCK_TAI);
		after = (int64_t)now_ns(CLOCK_REALTIME);
	} while (after < before || after - before > SECOND_NS / 4);
	c->tai_offset_ns = floor_divide(tai - before + SECOND_NS / 2, SECOND_NS) * SECOND_NS;
}

int64_t time_wall_ns(const struct time_base *c, uint64_t ts_ns)
{
	/* Unsigned, because a timestamp is input and a signed overflow would be undefined. */
	return (int64_t)(ts_ns - (uint64_t)c->tai_offset_ns);
}

int64_t time_wall_us(const struct time_base *c, uint64_t ts_ns)
{
	return floor_divide(time_wall_ns(c, ts_ns), 1000);
}

/*
 * localtime_r() costs more than the rest of a line, so its result is kept for one second; no
 * longer, because a time zone may change its offset at any second. 64 bits of nanoseconds
 * reach from 1677 to 2262, so years have four digits.
 */
static void update(struct time_second *s, int64_t wall_ns,
		   struct tm *(*convert)(const time_t *, struct tm *))
{
	int64_t second = floor_divide(wall_ns, SECOND_NS);
	time_t t = (time_t)second;
	struct tm tm = { 0 };
	char *p = s->text;

	convert(&t, &tm);
	p = digits_put_two(p, (uint32_t)(tm.tm_year + 1900) / 100);
	p = digits_put_two(p, (uint32_t)(tm.tm_year + 1900) % 100);
	*p++ = '-';
	p = digits_put_two(p, (uint32_t)tm.tm_mon + 1);
	*p++ = '-';
	p = digits_put_two(p, (uint32_t)tm.tm_mday);
	*p++ = convert == gmtime_r ? 'T' : ' ';
	p = digits_put_two(p, (uint32_t)tm.tm_hour);
	*p++ = ':';
	p = digits_put_two(p, (uint32_t)tm.tm_min);
	*p++ = ':';
	digits_put_two(p, (uint32_t)tm.tm_sec);
	/* In the very first second this wraps, and so does the difference to it. */
	s->start_ns = (int64_t)((uint64_t)second * SECOND_NS);
}

/* Makes *s the second that `wall_ns` is in. Returns the nanoseconds since it began. */
static inline uint32_t enter(struct time_second *s, int64_t wall_ns,
			     struct tm *(*convert)(const time_t *, struct tm *))
{
	if ((uint64_t)wall_ns - (uint64_t)s->start_ns >= SECOND_NS)
		update(s, wall_ns, convert);
	return (uint32_t)((uint64_t)wall_ns - (uint64_t)s->start_ns);
}

void time_init(struct time_base *c)
{
	tzset(); /* localtime_r() alone is not required to do this */
	update(&c->local, 0, localtime_r);
	update(&c->utc, 0, gmtime_r);
	time_sample(c);
}

char *time_put_of_day(struct time_base *c, char *p, uint64_t ts_ns)
{
	uint32_t ns = enter(&c->local, time_wall_ns(c, ts_ns), localtime_r);

	p = mempcpy(p, c->local.text + 11, 8);
	*p++ = '.';
	return digits_put_six(p, ns / 1000);
}

char *time_put_date(struct time_base *c, char *p, uint64_t ts_ns)
{
	uint32_t ns = enter(&c->local, time_wall_ns(c, ts_ns), localtime_r);

	p = mempcpy(p, c->local.text, sizeof(c->local.text));
	*p++ = '.';
	return digits_put_six(p, ns / 1000);
}

char *time_put_rfc3339(struct time_base *c, char *p, uint64_t ts_ns)
{
	uint32_t ns = enter(&c->utc, time_wall_ns(c, ts_ns), gmtime_r);

	p = mempcpy(p, c->utc.text, sizeof(c->utc.text));
	*p++ = '.';
	p = digits_put_six(p, ns / 1000);
	*p++ = (char)('0' + ns / 100 % 10);
	p = digits_put_two(p, ns % 100);
	*p++ = 'Z';
	return p;
}

/* The absolute value; unsigned, because -INT64_MIN does not fit. */
static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

char *time_put_epoch(char *p, int64_t us)
{
	uint64_t left = magnitude(us);

	if (us < 0)
		*p++ = '-';
	p = digits_put_u64(p, left / US_PER_SEC);
	*p++ = '.';
	return digits_put_six(p, (uint32_t)(left % US_PER_SEC));
}

char *time_put_span(char *p, int64_t us)
{
	uint64_t left = magnitude(us), seconds = left / US_PER_SEC, hours = seconds / 3600;

	*p++ = us < 0 ? '-' : ' ';
	if (hours < 100)
		p = digits_put_two(p, (uint32_t)hours);
	else
		p = digits_put_u64(p, hours);
	*p++ = ':';
	p = digits_put_two(p, (uint32_t)(seconds / 60 % 60));
	*p++ = ':';
	p = digits_put_two(p, (uint32_t)(seconds % 60));
	*p++ = '.';
	return digits_put_six(p, (uint32_t)(left % US_PER_SEC));
}

static struct tm local_time(uint64_t ns)
{
	time_t t = (time_t)(ns / NS_PER_SEC);
	struct tm tm = { 0 };

	tzset(); /* localtime_r() alone is not required to do this */
	localtime_r(&t, &tm);
	return tm;
}

static struct tm utc_time(uint64_t ns)
{
	time_t t = (time_t)(ns / NS_PER_SEC);
	struct tm tm = { 0 };

	gmtime_r(&t, &tm);
	return tm;
}

const char *time_local(char buf[TIME_TEXT_MAX], uint64_t ns)
{
	struct tm tm = local_time(ns);

	strftime(buf, TIME_TEXT_MAX, "%F %T", &tm);
	return buf;
}

const char *time_local_of_day(char buf[TIME_TEXT_MAX], uint64_t ns)
{
	struct tm tm = local_time(ns);

	strftime(buf, TIME_TEXT_MAX, "%T", &tm);
	return buf;
}

const char *time_rfc3339(char buf[TIME_TEXT_MAX], uint64_t ns)
{
	struct tm tm = utc_time(ns);

	strftime(buf, TIME_TEXT_MAX, "%FT%TZ", &tm);
	return buf;
}

const char *time_rfc3339_ns(char buf[TIME_TEXT_MAX], uint64_t ns)
{
	struct tm tm = utc_time(ns);
	size_t length = strftime(buf, TIME_TEXT_MAX, "%FT%T", &tm);

	snprintf(buf + length, TIME_TEXT_MAX - length, ".%09uZ", (unsigned int)(ns % NS_PER_SEC));
	return buf;
}
