// SPDX-License-Identifier: BSD-2-Clause
/* The table of counters, and reading them; used by reader and stats. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/counters.h"

#define COUNTER(field)                                       \
	{                                                    \
#field, offsetof(struct packet_stats, field) \
	}

/* In the order of the struct. */
const struct counter counters_table[COUNTERS_N] = {
	COUNTER(packets),   COUNTER(bytes),     COUNTER(tcp),         COUNTER(udp),
	COUNTER(other),     COUNTER(events),    COUNTER(dropped),     COUNTER(ipv4),
	COUNTER(ipv6),      COUNTER(non_ip),    COUNTER(icmp),        COUNTER(vlan),
	COUNTER(fragments), COUNTER(malformed), COUNTER(flows),       COUNTER(flow_lost),
	COUNTER(truncated), COUNTER(filtered),  COUNTER(sampled_out), COUNTER(paused_out),
};

uint64_t counters_get(const struct packet_stats *stats, const struct counter *c)
{
	uint64_t value;

	memcpy(&value, (const char *)stats + c->offset, sizeof(value));
	return value;
}

bool counters_kept(const struct tap_meta *meta, size_t offset)
{
	return meta->flows || (offset != offsetof(struct packet_stats, flows) &&
			       offset != offsetof(struct packet_stats, flow_lost));
}

int counters_read(int stats_fd, struct packet_stats **cpus)
{
	int n = libbpf_num_possible_cpus(), err;
	struct packet_stats *stats;
	const __u32 zero = 0;

	if (n < 0)
		return n;
	stats = calloc((size_t)n, sizeof(*stats));
	if (!stats)
		return -ENOMEM;
	if (bpf_map_lookup_elem(stats_fd, &zero, stats)) {
		err = -errno;
		free(stats);
		return err;
	}
	*cpus = stats;
	return n;
}

struct packet_stats counters_sum(const struct packet_stats *cpus, int n)
{
	struct packet_stats sum = { 0 };
	uint64_t value;

	for (size_t i = 0; i < COUNTERS_N; i++) {
		value = 0;
		for (int cpu = 0; cpu < n; cpu++)
			value += counters_get(&cpus[cpu], &counters_table[i]);
		memcpy((char *)&sum + counters_table[i].offset, &value, sizeof(value));
	}
	return sum;
}

int counters_total(int stats_fd, struct packet_stats *total)
{
	struct packet_stats *cpus = NULL;
	int n = counters_read(stats_fd, &cpus);

	if (!cpus)
		return n;
	*total = counters_sum(cpus, n);
	free(cpus);
	return 0;
}
