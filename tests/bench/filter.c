// SPDX-License-Identifier: BSD-2-Clause
/* The section `filter`: what a filter in the kernel costs, beside tcpdump with the same one. */
#include "tests/bench/bench.h"
#include "tests/bench/filter.h"
#include "tests/bench/report.h"

static int filter(const struct bench *b)
{
	int err;

	report_section("filter",
		       "packets that match and that do not, and how long it takes to attach");
	err = filter_cost(b);
	if (!err)
		err = filter_live(b);
	if (!err)
		err = filter_start(b);
	return err;
}

const struct section filter_section = {
	.name = "filter",
	.help = "what filters cost, beside tcpdump; how long they take to attach",
	.run = filter,
};
