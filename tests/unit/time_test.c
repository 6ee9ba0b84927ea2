// SPDX-License-Identifier: BSD-2-Clause
/* reader/text/time.c: from CLOCK_TAI to local time of day, across changes of the zone. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "pin/now.h"
#include "reader/text/time.h"

#define SECOND INT64_C(1000000000)

/* 2026-03-29 01:00 UTC and 2026-10-25 01:00 UTC: Central Europe's changes. */
#define DST_STARTS INT64_C(1774746000)
#define DST_ENDS   INT64_C(1792890000)

/* A rule instead of a name, so that no time zone database is needed. */
#define CENTRAL_EUROPE "CET-1CEST,M3.5.0,M10.5.0/3"

static struct time_base in_zone(const char *tz, int64_t tai_offset_s)
{
	struct time_base c;

	setenv("TZ", tz, 1);
	time_init(&c);
	c.tai_offset_ns = tai_offset_s * SECOND;
	return c;
}

static const char *put(struct time_base *c, uint64_t ts_ns)
{
	static char text[TIME_OF_DAY_BYTES + 1];
	char *end = time_put_of_day(c, text, ts_ns);

	assert_int_equal(end - text, TIME_OF_DAY_BYTES);
	*end = '\0';
	return text;
}

static const char *put_utc(struct time_base *c, int64_t second, uint32_t ns)
{
	return put(c, (uint64_t)(second * SECOND + c->tai_offset_ns + ns));
}

static const char *put_rfc3339(struct time_base *c, uint64_t ts_ns)
{
	static char text[TIME_RFC3339_BYTES + 1];
	char *end = time_put_rfc3339(c, text, ts_ns);

	assert_int_equal(end - text, TIME_RFC3339_BYTES);
	*end = '\0';
	return text;
}

static const char *put_date_time(struct time_base *c, int64_t second, uint32_t ns)
{
	static char text[TIME_DATE_BYTES + 1];
	char *end = time_put_date(c, text, (uint64_t)(second * SECOND + c->tai_offset_ns + ns));

	assert_int_equal(end - text, TIME_DATE_BYTES);
	*end = '\0';
	return text;
}

static void microseconds(void **state)
{
	struct time_base c = in_zone("UTC0", 0);

	(void)state;
	assert_string_equal(put(&c, 0), "00:00:00.000000");
	assert_string_equal(put(&c, 999), "00:00:00.000000");
	assert_string_equal(put(&c, 1000), "00:00:00.000001");
	assert_string_equal(put(&c, 123456789), "00:00:00.123456");
	assert_string_equal(put(&c, 999999999), "00:00:00.999999");
	assert_string_equal(put(&c, 86399 * SECOND), "23:59:59.000000");
	assert_string_equal(put(&c, 86400 * SECOND), "00:00:00.000000");
}

static void tai_offset(void **state)
{
	struct time_base c = in_zone("UTC0", 37);

	(void)state;
	assert_string_equal(put(&c, 37 * SECOND + 1000), "00:00:00.000001");
	assert_int_equal(time_wall_ns(&c, 40 * SECOND), 3 * SECOND);
}

static void zones_of_half_hours(void **state)
{
	struct time_base east = in_zone("IST-5:30", 37), west;

	(void)state;
	assert_string_equal(put_utc(&east, 0, 0), "05:30:00.000000");
	west = in_zone("NST3:30", 37);
	assert_string_equal(put_utc(&west, 0, 0), "20:30:00.000000");
}

static void summer_time_starts(void **state)
{
	struct time_base c = in_zone(CENTRAL_EUROPE, 37);

	(void)state;
	assert_string_equal(put_utc(&c, DST_STARTS - 1, 999999999), "01:59:59.999999");
	assert_string_equal(put_utc(&c, DST_STARTS, 0), "03:00:00.000000");
}

static void summer_time_ends(void **state)
{
	struct time_base c = in_zone(CENTRAL_EUROPE, 37);

	(void)state;
	assert_string_equal(put_utc(&c, DST_ENDS - 1, 999999999), "02:59:59.999999");
	assert_string_equal(put_utc(&c, DST_ENDS, 0), "02:00:00.000000");
}

/* The second that is kept from one line to the next must not show, in any order of times. */
static void any_order(void **state)
{
	struct time_base c = in_zone(CENTRAL_EUROPE, 37);

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_string_equal(put_utc(&c, DST_STARTS, 5000), "03:00:00.000005");
		assert_string_equal(put_utc(&c, DST_STARTS - 1, 6000), "01:59:59.000006");
		assert_string_equal(put_utc(&c, DST_ENDS, 7000), "02:00:00.000007");
	}
}

static void dates(void **state)
{
	struct time_base c = in_zone(CENTRAL_EUROPE, 37);

	(void)state;
	assert_string_equal(put_date_time(&c, DST_STARTS - 1, 999999999),
			    "2026-03-29 01:59:59.999999");
	assert_string_equal(put_date_time(&c, DST_STARTS, 0), "2026-03-29 03:00:00.000000");
	/* 2028-02-29 23:30 UTC */
	assert_string_equal(put_date_time(&c, 1835479800, 1000), "2028-03-01 00:30:00.000001");
	assert_string_equal(put_date_time(&c, -1, 0), "1970-01-01 00:59:59.000000");
}

/* UTC in any time zone; its kept second is separate from that of local time. */
static void rfc3339(void **state)
{
	struct time_base c = in_zone(CENTRAL_EUROPE, 37);
	const uint64_t at = (uint64_t)((DST_ENDS + 37) * SECOND);

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_string_equal(put_rfc3339(&c, at + 123456789),
				    "2026-10-25T01:00:00.123456789Z");
		assert_string_equal(put(&c, at), "02:00:00.000000");
		assert_string_equal(put_rfc3339(&c, at), "2026-10-25T01:00:00.000000000Z");
		assert_string_equal(put_rfc3339(&c, at - 1), "2026-10-25T00:59:59.999999999Z");
	}
	assert_string_equal(put_rfc3339(&c, (1835479800 + 37) * SECOND + 1),
			    "2028-02-29T23:30:00.000000001Z");
}

/* Wall times that are not those of packets. */
static void wall_times(void **state)
{
	const uint64_t ns = UINT64_C(1767323045) * NS_PER_SEC + 7;
	char buf[TIME_TEXT_MAX];

	(void)state;
	setenv("TZ", "<+0530>-5:30", 1);
	assert_string_equal(time_local(buf, ns), "2026-01-02 08:34:05");
	assert_string_equal(time_local_of_day(buf, ns), "08:34:05");
	assert_string_equal(time_rfc3339(buf, ns), "2026-01-02T03:04:05Z");
	assert_string_equal(time_rfc3339_ns(buf, ns), "2026-01-02T03:04:05.000000007Z");
	setenv("TZ", "UTC", 1);
	assert_string_equal(time_local(buf, ns), "2026-01-02 03:04:05");
	assert_string_equal(time_rfc3339(buf, 0), "1970-01-01T00:00:00Z");
	assert_string_equal(time_rfc3339_ns(buf, UINT64_MAX), "2554-07-21T23:34:33.709551615Z");
}

static void timestamps_are_input(void **state)
{
	struct time_base c = in_zone("UTC0", 37);

	(void)state;
	assert_string_equal(put(&c, 0), "23:59:23.000000");
	assert_string_equal(put(&c, 37 * SECOND - 1), "23:59:59.999999");
	assert_string_equal(put_rfc3339(&c, 0), "1969-12-31T23:59:23.000000000Z");
	assert_string_equal(put_rfc3339(&c, UINT64_MAX), "1969-12-31T23:59:22.999999999Z");
	assert_string_equal(put_rfc3339(&c, INT64_MAX), "2262-04-11T23:46:39.854775807Z");
	assert_string_equal(put_rfc3339(&c, (uint64_t)INT64_MAX + 37 * SECOND),
			    "2262-04-11T23:47:16.854775807Z");
	put_rfc3339(&c, 0);
	assert_string_equal(put_rfc3339(&c, (uint64_t)INT64_MAX + 37 * SECOND + 1),
			    "1677-09-21T00:12:43.145224192Z");
	put(&c, UINT64_MAX);
	put(&c, (uint64_t)INT64_MAX);
	put(&c, (uint64_t)INT64_MAX + 1);
	put(&c, (uint64_t)INT64_MAX + 37 * SECOND + 1);
}

static int64_t now(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

static void the_kernels_offset(void **state)
{
	struct time_base c = in_zone("UTC0", 12345);
	int64_t difference;

	(void)state;
	time_sample(&c);
	assert_int_equal(c.tai_offset_ns % SECOND, 0);
	difference = time_wall_ns(&c, (uint64_t)now(CLOCK_TAI)) - now(CLOCK_REALTIME);
	assert_true(llabs(difference) < SECOND / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(microseconds),
		cmocka_unit_test(tai_offset),
		cmocka_unit_test(zones_of_half_hours),
		cmocka_unit_test(summer_time_starts),
		cmocka_unit_test(summer_time_ends),
		cmocka_unit_test(any_order),
		cmocka_unit_test(dates),
		cmocka_unit_test(rfc3339),
		cmocka_unit_test(wall_times),
		cmocka_unit_test(timestamps_are_input),
		cmocka_unit_test(the_kernels_offset),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
