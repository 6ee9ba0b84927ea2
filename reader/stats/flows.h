/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entries of a tap's flow_map, read or deleted by one walk over its buckets, each
 * of which the kernel visits once: it ends, and no entry comes twice, whatever is made
 * or evicted meanwhile. What was made behind the walk is missed.
 *
 * To be read leaves an entry as old as it was: only the program's own look-ups count as
 * use for the LRU. The kernel locks one bucket at a time, while it copies the one or
 * two entries in it; that delays who makes an entry there, not who counts in one.
 */
#ifndef XDPTAP_READER_STATS_FLOWS_H
#define XDPTAP_READER_STATS_FLOWS_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

/* A flow over all CPUs; or several that have something in common, see stats_rank.h. */
struct flow {
	struct flow_key key;
	struct flow_stats sum;
	uint64_t flows; /* 1 as read */
};

/*
 * Reads all entries: *flows is *n of them in no order, to be freed by the caller, NULL
 * if there are none. Returns 0 or -errno; both are untouched then.
 */
int flows_read(int map_fd, struct flow **flows, size_t *n);

/*
 * Deletes all entries. `deleted` is called with the number of those that are gone since
 * the last time, after each few thousand; SIGINT, SIGTERM and SIGHUP wait for that, so
 * that only SIGKILL leaves any uncounted. Returns 0, or -errno, also of `deleted`.
 */
int flows_delete(int map_fd, int (*deleted)(void *arg, uint64_t n), void *arg);

/* What CPUs counted of a flow, `n_cpus` at `cpus`, as one. */
struct flow_stats flows_sum(const struct flow_stats *cpus, int n_cpus);

/* Adds `more` of the same flow, or of another one, to *sum. */
void flows_add(struct flow_stats *sum, const struct flow_stats *more);

#endif
