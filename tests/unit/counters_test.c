// SPDX-License-Identifier: BSD-2-Clause
/* pin/counters.c: that the table is the struct, and nothing is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "pin/counters.h"

static void table_follows_the_struct(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTERS_N; i++) {
		assert_non_null(counters_table[i].name);
		assert_int_equal(counters_table[i].offset, i * sizeof(uint64_t));
	}
	assert_string_equal(counters_table[0].name, "packets");
	assert_string_equal(counters_table[COUNTERS_N - 1].name, "paused_out");
}

static void get(void **state)
{
	struct packet_stats stats = { .packets = 1, .dropped = UINT64_MAX, .malformed = 3 };

	(void)state;
	for (size_t i = 0; i < COUNTERS_N; i++) {
		uint64_t want = 0;

		if (!strcmp(counters_table[i].name, "packets"))
			want = 1;
		if (!strcmp(counters_table[i].name, "dropped"))
			want = UINT64_MAX;
		if (!strcmp(counters_table[i].name, "malformed"))
			want = 3;
		assert_true(counters_get(&stats, &counters_table[i]) == want);
	}
}

static void sum(void **state)
{
	struct packet_stats cpus[3], got;
	uint64_t values[COUNTERS_N];

	(void)state;
	for (uint64_t cpu = 0; cpu < 3; cpu++) {
		for (uint64_t i = 0; i < COUNTERS_N; i++)
			values[i] = (cpu + 1) * 1000 + i;
		memcpy(&cpus[cpu], values, sizeof(values));
	}
	got = counters_sum(cpus, 3);
	for (size_t i = 0; i < COUNTERS_N; i++)
		assert_int_equal(counters_get(&got, &counters_table[i]), 6000 + 3 * i);
	got = counters_sum(cpus, 0);
	assert_int_equal(got.packets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_follows_the_struct),
		cmocka_unit_test(get),
		cmocka_unit_test(sum),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
