// SPDX-License-Identifier: BSD-2-Clause
/* summary.c: what is counted, and the block of statistics to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "reader/summary.h"

#define SECOND UINT64_C(1000000000)

static void counts(void **state)
{
	struct summary s = { 0 };

	(void)state;
	summary_count(&s, &(struct packet_event){ .flags = XDPTAP_EV_IP, .proto = 6 });
	summary_count(&s, &(struct packet_event){ .flags = XDPTAP_EV_IP, .proto = 6 });
	summary_count(&s, &(struct packet_event){ .flags = XDPTAP_EV_IP, .proto = 17 });
	summary_count(&s, &(struct packet_event){ .flags = XDPTAP_EV_IP, .proto = 136 });
	summary_count(&s, &(struct packet_event){ .eth_type = 0x0806 });
	assert_int_equal(s.total, 5);
	assert_int_equal(s.tcp, 2);
	assert_int_equal(s.udp, 1);
}

static void block(void **state)
{
	const struct summary s = { .total = 1234, .tcp = 1000, .udp = 200 };
	char text[SUMMARY_MAX];

	(void)state;
	summary_text(text, &s, 66, 10 * SECOND, false);
	assert_string_equal(text, "\n=== Statistics (Runtime: 10s) ===\n"
				  "Total Packets: 1234 (123.40 pps)\n"
				  "TCP Packets: 1000 (81.0%)\n"
				  "UDP Packets: 200 (16.2%)\n"
				  "Other Packets: 34 (2.8%)\n"
				  "Lost Packets: 66 (5.1%)\n"
				  "=====================================\n\n");
}

static void block_with_a_filter(void **state)
{
	struct summary s = { .total = 30, .tcp = 30, .filters = true, .filtered = 60 };
	char text[SUMMARY_MAX];

	(void)state;
	summary_text(text, &s, 10, 10 * SECOND, false);
	assert_string_equal(text, "\n=== Statistics (Runtime: 10s) ===\n"
				  "Total Packets: 30 (3.00 pps)\n"
				  "TCP Packets: 30 (100.0%)\n"
				  "UDP Packets: 0 (0.0%)\n"
				  "Other Packets: 0 (0.0%)\n"
				  "Filtered by the reader: 60 (66.7%)\n"
				  "Lost Packets: 10 (10.0%)\n"
				  "=====================================\n\n");
	s.filtered = 0;
	summary_text(text, &s, 0, 10 * SECOND, false);
	assert_non_null(strstr(text, "Filtered by the reader: 0 (0.0%)\n"));
}

static void final_block_of_nothing(void **state)
{
	const struct summary s = { 0 };
	char text[SUMMARY_MAX];
	size_t size;

	(void)state;
	size = summary_text(text, &s, 0, 0, true);
	assert_int_equal(size, strlen(text));
	assert_string_equal(text, "\n=== Final Statistics ===\n"
				  "\n=== Statistics (Runtime: 0s) ===\n"
				  "Total Packets: 0 (0.00 pps)\n"
				  "TCP Packets: 0 (0.0%)\n"
				  "UDP Packets: 0 (0.0%)\n"
				  "Other Packets: 0 (0.0%)\n"
				  "Lost Packets: 0 (0.0%)\n"
				  "=====================================\n\n");
}

static void all_lost(void **state)
{
	const struct summary s = { 0 };
	char text[SUMMARY_MAX];

	(void)state;
	summary_text(text, &s, 7, SECOND, false);
	assert_non_null(strstr(text, "Lost Packets: 7 (100.0%)\n"));
}

static void the_largest_fits(void **state)
{
	const struct summary s = {
		.total = UINT64_MAX, .tcp = UINT64_MAX, .filters = true, .filtered = UINT64_MAX
	};
	char text[SUMMARY_MAX];

	(void)state;
	assert_true(summary_text(text, &s, UINT64_MAX, 1, true) < SUMMARY_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(block),
		cmocka_unit_test(block_with_a_filter),
		cmocka_unit_test(final_block_of_nothing),
		cmocka_unit_test(all_lost),
		cmocka_unit_test(the_largest_fits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
