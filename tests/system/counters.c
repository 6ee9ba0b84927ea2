// SPDX-License-Identifier: BSD-2-Clause
/*
 * The counters of the tap on tap0, as another program reads them; one process, since each
 * takes 0.1 s in an emulated guest. Called by tests/system/lib.bash.
 *
 *	counters PIN NAME...	prints the sums over all CPUs, in a line
 *	counters PIN check	fails, with all of them, unless each frame is counted once in each
 *				of the three ways; one reading of all, as there may be traffic
 */
#include <errno.h>
#include <error.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "pin/counters.h"

static void print_all(const struct packet_stats *total)
{
	for (size_t i = 0; i < COUNTERS_N; i++)
		printf("%s %" PRIu64 "\n", counters_table[i].name,
		       counters_get(total, &counters_table[i]));
}

static void print(const struct packet_stats *total, const char *name, const char *end)
{
	for (size_t i = 0; i < COUNTERS_N; i++) {
		if (!strcmp(name, counters_table[i].name)) {
			printf("%" PRIu64 "%s", counters_get(total, &counters_table[i]), end);
			return;
		}
	}
	error(2, 0, "no counter '%s'", name);
}

int main(int argc, char **argv)
{
	struct packet_stats total;
	int fd, err;

	if (argc < 3)
		error(2, 0, "usage: counters PIN NAME...|check");
	fd = bpf_obj_get(argv[1]);
	if (fd < 0)
		error(1, errno, "%s", argv[1]);
	err = counters_total(fd, &total);
	if (err)
		error(1, -err, "%s", argv[1]);
	if (!strcmp(argv[2], "check")) {
		if (total.packets == total.tcp + total.udp + total.other &&
		    total.packets == total.ipv4 + total.ipv6 + total.non_ip &&
		    total.packets == total.events + total.dropped + total.filtered +
					     total.sampled_out + total.paused_out)
			return 0;
		print_all(&total);
		return 1;
	}
	for (int i = 2; i < argc; i++)
		print(&total, argv[i], i + 1 < argc ? " " : "\n");
	return 0;
}
