/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Groups and ranks flows: pure functions on arrays of flows, which they sort and merge in
 * place.
 */
#ifndef XDPTAP_READER_STATS_RANK_H
#define XDPTAP_READER_STATS_RANK_H

#include <stdbool.h>

#include "reader/stats/flows.h"

/* What the flows of a group have in common; only these fields of its key are not 0. */
enum rank_key {
	RANK_FLOW,
	RANK_SRC,   /* src, eth_type */
	RANK_DST,   /* dst, eth_type */
	RANK_SPORT, /* sport, proto; port 0 if the protocol has no ports */
	RANK_DPORT, /* dport, proto */
	RANK_PROTO, /* proto, IPv4 and IPv6 together */
	RANK_PAIR,  /* src, dst, eth_type: both directions together; src is the lower address */
	RANK_KEYS
};
extern const char *const rank_key_names[RANK_KEYS];

enum rank_by { RANK_BYTES, RANK_PACKETS, RANK_SYN, RANK_BYS };
extern const char *const rank_by_names[RANK_BYS];

/* Returns whether the IP protocol has ports that a packet_event reports. */
bool rank_has_ports(uint8_t proto);

/* Merges the flows that have `key` in common. Returns the number of groups, sorted by key. */
size_t rank_group(struct flow *flows, size_t n, enum rank_key key);

/*
 * Sorts by `by`, the largest first, and equal ones by address, port and protocol. Returns how
 * many are not 0; those come first.
 */
size_t rank_order(struct flow *flows, size_t n, enum rank_by by);

/* Returns the value that rank_order() sorts by. */
uint64_t rank_measure(const struct flow_stats *sum, enum rank_by by);

/* Returns the sum over all flows. */
struct flow_stats rank_total(const struct flow *flows, size_t n);

/*
 * Subtracts from `now` what was counted `before`; both must be grouped by RANK_FLOW. If the
 * entry of a flow was evicted and created again in between, nothing is subtracted, so no
 * count is negative. Returns how many flows are left: those that counted nothing in between
 * are removed. first_ns stays that of the entry.
 */
size_t rank_since(struct flow *now, size_t n, const struct flow *before, size_t n_before);

#endif
