/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads or deletes the entries of a tap's flow_map in one walk over its buckets. The kernel
 * visits each bucket once, so the walk ends and no entry comes twice, whatever is created or
 * evicted meanwhile. Entries that are created in a bucket already visited are missed.
 *
 * Reading does not refresh an entry's LRU age: only lookups by the BPF program do. The kernel
 * locks one bucket at a time while it copies the one or two entries in it. That delays a CPU
 * that creates an entry in this bucket, but not one that counts in an existing entry.
 */
#ifndef XDPTAP_READER_STATS_FLOWS_H
#define XDPTAP_READER_STATS_FLOWS_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

/* A flow, summed over all CPUs; or a group of flows, see rank.h. */
struct flow {
	struct flow_key key;
	struct flow_stats sum;
	uint64_t flows; /* how many flows these are; 1 as read */
};

/*
 * Reads all entries into a new array *flows of *n elements, in no order; the caller frees it.
 * It is NULL if there are none. Returns 0 or -errno; both are then untouched.
 */
int flows_read(int map_fd, struct flow **flows, size_t *n);

/*
 * Deletes all entries. After every few thousand it calls `deleted` with `arg` and the number
 * deleted since the previous call. SIGINT, SIGTERM and SIGHUP are blocked from the deletion to
 * the end of that call, so only SIGKILL leaves deleted entries uncounted. Returns 0 or
 * -errno; an error of `deleted` ends it and is returned.
 */
int flows_delete(int map_fd, int (*deleted)(void *arg, uint64_t n), void *arg);

/* Returns the sum of what `n_cpus` CPUs counted of a flow. */
struct flow_stats flows_sum(const struct flow_stats *cpus, int n_cpus);

/* Adds `more`, of the same flow or of another one, to *sum. */
void flows_add(struct flow_stats *sum, const struct flow_stats *more);

#endif
