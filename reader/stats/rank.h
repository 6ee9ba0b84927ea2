/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What flows have in common, and which of that is the most: pure functions on arrays of
 * flows, by sorting and merging in place.
 */
#ifndef XDPTAP_READER_STATS_RANK_H
#define XDPTAP_READER_STATS_RANK_H

#include <stdbool.h>

#include "reader/stats/flows.h"

/* What is counted together. Of a key only the fields that say this are not 0. */
enum rank_key {
	RANK_FLOW,
	RANK_SRC,   /* src, eth_type */
	RANK_DST,   /* dst, eth_type */
	RANK_SPORT, /* sport, proto; 0 of what has no ports */
	RANK_DPORT, /* dport, proto */
	RANK_PROTO, /* proto, of IPv4 and IPv6 */
	RANK_PAIR,  /* src, dst, eth_type: both directions; src is the lower address */
	RANK_KEYS
};
extern const char *const rank_key_names[RANK_KEYS];

enum rank_by { RANK_BYTES, RANK_PACKETS, RANK_SYN, RANK_BYS };
extern const char *const rank_by_names[RANK_BYS];

/* Whether the protocol has ports that a packet_event reports. */
bool rank_has_ports(uint8_t proto);

/* Merges those that have `key` in common. Returns how many are left, sorted by it. */
size_t rank_group(struct flow *flows, size_t n, enum rank_key key);

/*
 * Sorts by `by`, the most first, and among equals by address, port and protocol.
 * Returns how many have any of it: those with 0 come behind them.
 */
size_t rank_order(struct flow *flows, size_t n, enum rank_by by);

/* What rank_order() goes by. */
uint64_t rank_measure(const struct flow_stats *sum, enum rank_by by);

/* All of them together. */
struct flow_stats rank_total(const struct flow *flows, size_t n);

/*
 * Takes off `now` what was counted `before`; both are grouped by RANK_FLOW. A flow whose
 * entry is another one than before, as it was evicted in between, has all of its count
 * from that time on, never less than 0. Returns how many are left: those that counted
 * nothing are gone. first_ns stays that of the entry.
 */
size_t rank_since(struct flow *now, size_t n, const struct flow *before, size_t n_before);

#endif
