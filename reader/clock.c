// SPDX-License-Identifier: BSD-2-Clause
/* CLOCK_TAI to local time of day, for the lines of text. */
#include <string.h>
#include <time.h>

#include "reader/clock.h"
#include "reader/digits.h"

#define NS_PER_SEC 1000000000LL

static int64_t now_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

/* Rounded down, also before the epoch. */
static int64_t floor_seconds(int64_t ns)
{
	return ns / NS_PER_SEC - (ns % NS_PER_SEC < 0);
}

void clock_sample(struct clock *c)
{
	int64_t before, tai, after;

	/* Again if the clock was set, or we slept long, between the readings. */
	do {
		before = now_ns(CLOCK_REALTIME);
		tai = now_ns(CLOCK_TAI);
		after = now_ns(CLOCK_REALTIME);
	} while (after < before || after - before > NS_PER_SEC / 4);
	c->tai_offset_ns = floor_seconds(tai - before + NS_PER_SEC / 2) * NS_PER_SEC;
}

int64_t clock_wall_ns(const struct clock *c, uint64_t ts_ns)
{
	/* Unsigned: a timestamp is input, and must not overflow. */
	return (int64_t)(ts_ns - (uint64_t)c->tai_offset_ns);
}

/* localtime_r() costs more than all the rest of a line; zones can be changed by
 * any second, so this one's is kept and no longer. */
static void update_text(struct clock *c, int64_t wall_ns)
{
	int64_t second = floor_seconds(wall_ns);
	time_t t = (time_t)second;
	struct tm tm = { 0 };
	char *p = c->text;

	localtime_r(&t, &tm);
	p = digits_put_two(p, (uint32_t)tm.tm_hour);
	*p++ = ':';
	p = digits_put_two(p, (uint32_t)tm.tm_min);
	*p++ = ':';
	digits_put_two(p, (uint32_t)tm.tm_sec);
	/* Of the very first second that there is it wraps, and so does the difference. */
	c->second_ns = (int64_t)((uint64_t)second * NS_PER_SEC);
}

void clock_init(struct clock *c)
{
	tzset(); /* localtime_r() alone need not */
	update_text(c, 0);
	clock_sample(c);
}

char *clock_put_time(struct clock *c, char *p, uint64_t ts_ns)
{
	int64_t wall = clock_wall_ns(c, ts_ns);
	uint32_t us;

	if ((uint64_t)wall - (uint64_t)c->second_ns >= NS_PER_SEC)
		update_text(c, wall);
	us = (uint32_t)((uint64_t)wall - (uint64_t)c->second_ns) / 1000;
	memcpy(p, c->text, sizeof(c->text));
	p += sizeof(c->text);
	*p++ = '.';
	p = digits_put_two(p, us / 10000);
	p = digits_put_two(p, us / 100 % 100);
	return digits_put_two(p, us % 100);
}
