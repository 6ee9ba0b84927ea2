/* SPDX-License-Identifier: BSD-2-Clause */
/* The counters of a tap: their names, and reading them; for reader and stats. */
#ifndef XDPTAP_PIN_COUNTERS_H
#define XDPTAP_PIN_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

/* A field of struct packet_stats, by the name that all output gives it. */
struct counter {
	const char *name;
	size_t offset;
};

#define COUNTERS_N (sizeof(struct packet_stats) / sizeof(uint64_t))
extern const struct counter stats_counters[COUNTERS_N];

/* The value of one counter. */
uint64_t counters_get(const struct packet_stats *stats, const struct counter *c);

/* Whether a tap of that meta counts it: those of flows only with a map of them. */
bool counters_kept(const struct tap_meta *meta, size_t offset);

/*
 * Reads stats_map: *cpus is an array of what each possible CPU counted, to be
 * freed by the caller. Returns the number of CPUs, or -errno; *cpus is then
 * untouched.
 */
int counters_read(int stats_fd, struct packet_stats **cpus);

/* The sums over the `n` CPUs that counters_read() gave. */
struct packet_stats counters_sum(const struct packet_stats *cpus, int n);

/* Both in one: the sums over all CPUs. Returns 0 or -errno. */
int counters_total(int stats_fd, struct packet_stats *total);

#endif
