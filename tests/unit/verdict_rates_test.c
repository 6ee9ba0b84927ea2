// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/verdict_rates.c: what became of the frames between two samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "reader/stats/verdict_rates.h"

/* What a program had the last word on. */
struct finals {
	__u32 index, id;
	__u64 pass, drop, aborted, other;
};

/* Adds a sample; with NULL one of a tap that does not count verdicts. */
static void add(struct history *h, uint64_t second, const struct finals *finals, __u32 n)
{
	struct sample s = { .taken_ns = (1000 + second) * 1000000000, .n_cpus = 1 };

	s.cpus = calloc(1, sizeof(*s.cpus));
	s.verdicts = finals ? calloc(1, sizeof(*s.verdicts)) : NULL;
	assert_non_null(s.cpus);
	for (__u32 i = 0; i < n; i++) {
		struct verdict *one = &s.verdicts->counted.list[s.verdicts->counted.n++];

		one->index = finals[i].index;
		one->member.prog_id = finals[i].id;
		one->total.final[XDPTAP_PASS] = finals[i].pass;
		one->total.final[XDPTAP_DROP] = finals[i].drop;
		one->total.final[XDPTAP_ABORTED] = finals[i].aborted;
		one->total.final[XDPTAP_OTHER] = finals[i].other;
	}
	history_add(h, &s);
}

static void between_two_samples(void **state)
{
	struct history *h = history_create("eth0", 1000000000);
	struct verdict_rates r;

	(void)state;
	assert_non_null(h);
	add(h, 0, (struct finals[]){ { 3, 57, 100, 50, 0, 0 }, { 0, 61, 5, 9, 0, 0 } }, 2);
	r = verdict_rates_last(h);
	assert_true(r.seconds == 0);
	assert_null(r.dropper);

	/* In another order. What ABORTED or an unknown number means to the kernel is a drop, too.
	 */
	add(h, 2, (struct finals[]){ { 0, 61, 105, 19, 0, 0 }, { 3, 57, 200, 51, 6, 5 } }, 2);
	r = verdict_rates_last(h);
	assert_true(r.seconds == 2);
	assert_int_equal(r.final[XDPTAP_PASS], 200);
	assert_int_equal(r.final[XDPTAP_DROP], 11);
	assert_int_equal(r.final[XDPTAP_ABORTED], 6);
	assert_int_equal(r.final[XDPTAP_TX], 0);
	assert_non_null(r.dropper);
	assert_int_equal(r.dropper->member.prog_id, 57);
	assert_int_equal(r.dropped, 12);

	/* A new one, and a verdict that is taken back. */
	add(h, 3,
	    (struct finals[]){
		    { 0, 61, 104, 19, 0, 0 }, { 3, 57, 200, 51, 6, 5 }, { 7, 9, 0, 4, 0, 0 } },
	    3);
	r = verdict_rates_last(h);
	assert_int_equal(r.final[XDPTAP_PASS], 0);
	assert_int_equal(r.final[XDPTAP_DROP], 4);
	assert_int_equal(r.dropper->member.prog_id, 9);
	assert_int_equal(r.dropped, 4);

	/* Nothing was dropped. */
	add(h, 4, (struct finals[]){ { 0, 61, 304, 19, 0, 0 } }, 1);
	r = verdict_rates_last(h);
	assert_null(r.dropper);
	assert_int_equal(r.dropped, 0);
	history_free(h);
}

static void no_verdicts(void **state)
{
	struct history *h = history_create("eth0", 1000000000);

	(void)state;
	assert_non_null(h);
	add(h, 0, NULL, 0);
	add(h, 1, NULL, 0);
	assert_true(verdict_rates_last(h).seconds == 0);
	add(h, 2, (struct finals[]){ { 0, 61, 5, 9, 0, 0 } }, 1);
	assert_true(verdict_rates_last(h).seconds == 0);
	history_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(between_two_samples),
		cmocka_unit_test(no_verdicts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
