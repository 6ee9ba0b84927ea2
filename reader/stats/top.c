// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats top`: ranks flows, hosts or ports by packets, bytes or SYNs. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "pin/cli/arguments.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "reader/stats/commands.h"
#include "reader/stats/ranking.h"
#include "reader/stats/top_arguments.h"
#include "reader/stats/top_print.h"
#include "reader/stats/top_watch.h"

static int top_once(const struct options *o, const struct top_arguments *args)
{
	const struct tap_name name = { o->bpffs, args->ifname };
	struct flow_sample sample = { 0 };
	struct reason reason;
	struct ranking t = {
		.sample = &sample, .key = args->key, .by = args->by, .count = args->count
	};
	int err;

	err = flow_sample_take(&sample, &name, &reason);
	if (err) {
		flow_sample_failed(args->ifname, err, &reason);
		return EXIT_FAILED;
	}
	t.rows = sample.flows;
	t.n = sample.n;
	ranking_sort(&t);
	top_print(o, &t, stdout);
	flow_sample_close(&sample);
	return EXIT_OK;
}

int cmd_top(const struct options *o, int argc, char **argv)
{
	struct top_arguments args;
	char ifname[IF_NAMESIZE];
	int status = top_arguments_parse(argc, argv, &args);

	if (status == EXIT_OK)
		status = arguments_tap(o->bpffs, args.ifname, ifname);
	if (status != EXIT_OK)
		return status;
	args.ifname = ifname;
	return args.interval_ns ? top_watch(o, &args) : top_once(o, &args);
}
