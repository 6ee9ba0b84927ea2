// SPDX-License-Identifier: BSD-2-Clause
/* Groups and ranks flows, for `xdptap-stats top`. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "reader/stats/rank.h"

const char *const rank_key_names[RANK_KEYS] = { "flow",  "src",   "dst", "sport",
						"dport", "proto", "pair" };
const char *const rank_by_names[RANK_BYS] = { "bytes", "packets", "syn" };

bool rank_has_ports(uint8_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

/* IPv4 before IPv6, then by addresses, ports and protocol. */
static int compare_keys(const struct flow_key *a, const struct flow_key *b)
{
	int order;

	if (a->eth_type != b->eth_type)
		return a->eth_type < b->eth_type ? -1 : 1;
	order = memcmp(a->src, b->src, sizeof(a->src));
	if (!order)
		order = memcmp(a->dst, b->dst, sizeof(a->dst));
	if (order)
		return order;
	if (a->sport != b->sport)
		return a->sport < b->sport ? -1 : 1;
	if (a->dport != b->dport)
		return a->dport < b->dport ? -1 : 1;
	return (int)a->proto - (int)b->proto;
}

static int by_key(const void *a, const void *b)
{
	return compare_keys(&((const struct flow *)a)->key, &((const struct flow *)b)->key);
}

static struct flow_key project(const struct flow_key *flow, enum rank_key key)
{
	struct flow_key k = { 0 };
	const __u8 *low = flow->src, *high = flow->dst;

	switch (key) {
	case RANK_SRC:
		k.eth_type = flow->eth_type;
		memcpy(k.src, flow->src, sizeof(k.src));
		break;
	case RANK_DST:
		k.eth_type = flow->eth_type;
		memcpy(k.dst, flow->dst, sizeof(k.dst));
		break;
	case RANK_SPORT:
		k.sport = flow->sport;
		k.proto = flow->proto;
		break;
	case RANK_DPORT:
		k.dport = flow->dport;
		k.proto = flow->proto;
		break;
	case RANK_PROTO:
		k.proto = flow->proto;
		break;
	case RANK_PAIR:
		if (memcmp(low, high, sizeof(k.src)) > 0) {
			low = flow->dst;
			high = flow->src;
		}
		k.eth_type = flow->eth_type;
		memcpy(k.src, low, sizeof(k.src));
		memcpy(k.dst, high, sizeof(k.dst));
		break;
	default:
		k = *flow;
	}
	return k;
}

size_t rank_group(struct flow *flows, size_t n, enum rank_key key)
{
	size_t last = 0;

	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++)
		flows[i].key = project(&flows[i].key, key);
	qsort(flows, n, sizeof(*flows), by_key);
	for (size_t i = 1; i < n; i++) {
		if (compare_keys(&flows[last].key, &flows[i].key)) {
			flows[++last] = flows[i];
			continue;
		}
		flows_add(&flows[last].sum, &flows[i].sum);
		flows[last].flows += flows[i].flows;
	}
	return last + 1;
}

uint64_t rank_measure(const struct flow_stats *sum, enum rank_by by)
{
	switch (by) {
	case RANK_PACKETS:
		return sum->packets;
	case RANK_SYN:
		return sum->syns;
	default:
		return sum->bytes;
	}
}

static int by_measure(const void *a, const void *b, void *by)
{
	const struct flow *x = a, *y = b;
	uint64_t mine = rank_measure(&x->sum, *(enum rank_by *)by);
	uint64_t other = rank_measure(&y->sum, *(enum rank_by *)by);

	if (mine != other)
		return mine > other ? -1 : 1;
	return compare_keys(&x->key, &y->key);
}

size_t rank_order(struct flow *flows, size_t n, enum rank_by by)
{
	if (n)
		qsort_r(flows, n, sizeof(*flows), by_measure, &by);
	while (n && !rank_measure(&flows[n - 1].sum, by))
		n--;
	return n;
}

struct flow_stats rank_total(const struct flow *flows, size_t n)
{
	struct flow_stats total = { 0 };

	for (size_t i = 0; i < n; i++)
		flows_add(&total, &flows[i].sum);
	return total;
}

/* A new entry begins later than the old one ended; or, if the clock was set, counts less. */
static bool same_entry(const struct flow_stats *before, const struct flow_stats *now)
{
	return now->first_ns <= before->last_ns && now->packets >= before->packets &&
	       now->bytes >= before->bytes && now->syns >= before->syns;
}

size_t rank_since(struct flow *now, size_t n, const struct flow *before, size_t n_before)
{
	size_t kept = 0, j = 0;

	for (size_t i = 0; i < n; i++) {
		struct flow f = now[i];

		while (j < n_before && compare_keys(&before[j].key, &f.key) < 0)
			j++;
		if (j < n_before && !compare_keys(&before[j].key, &f.key) &&
		    same_entry(&before[j].sum, &f.sum)) {
			f.sum.packets -= before[j].sum.packets;
			f.sum.bytes -= before[j].sum.bytes;
			f.sum.syns -= before[j].sum.syns;
		}
		if (f.sum.packets)
			now[kept++] = f;
	}
	return kept;
}
