/* SPDX-License-Identifier: BSD-2-Clause */
/* The counters of a tap and their names; for reader and stats. */
#ifndef XDPTAP_PIN_COUNTERS_H
#define XDPTAP_PIN_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

/* A field of struct packet_stats, and its name in all output. */
struct counter {
	const char *name;
	size_t offset;
};

#define COUNTERS_N (sizeof(struct packet_stats) / sizeof(uint64_t))
extern const struct counter counters_table[COUNTERS_N];

/* Returns the value of one counter. */
uint64_t counters_get(const struct packet_stats *stats, const struct counter *c);

/* Returns whether a tap keeps this counter: `flows` and `flow_lost` exist only if meta.flows is
 * set. */
bool counters_kept(const struct tap_meta *meta, size_t offset);

/*
 * Reads stats_map into *cpus, an array with the counters of each possible CPU, which the caller
 * frees. Returns the number of CPUs, or -errno; *cpus is untouched on failure.
 */
int counters_read(int stats_fd, struct packet_stats **cpus);

/* Returns the sums over the `n` CPUs that counters_read() returned. */
struct packet_stats counters_sum(const struct packet_stats *cpus, int n);

/* Reads the sums over all CPUs. Returns 0 or -errno. */
int counters_total(int stats_fd, struct packet_stats *total);

#endif
