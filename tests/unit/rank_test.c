// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/rank.c: groups of random flows, against groups found by comparing all pairs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/if_ether.h>

#include "reader/stats/rank.h"

enum { MOST = 300, ROUNDS = 300 };

/* Makes flows among few hosts and ports, so that many share something; none comes twice. */
static size_t random_flows(struct flow flows[MOST])
{
	static const uint8_t protos[] = { 1, 6, 17, 58 };
	size_t n = 0, want = (size_t)rand() % MOST, same;

	for (size_t tries = 0; n < want && tries < 10 * MOST; tries++) {
		struct flow f = { .flows = 1 };

		f.key.eth_type = rand() % 2 ? ETH_P_IP : ETH_P_IPV6;
		f.key.src[rand() % 2 ? 3 : 0] = (uint8_t)(rand() % 4);
		f.key.dst[rand() % 2 ? 3 : 0] = (uint8_t)(rand() % 4);
		f.key.proto = protos[rand() % 4];
		if (rank_has_ports(f.key.proto)) {
			f.key.sport = (uint16_t)(rand() % 3 * 300);
			f.key.dport = (uint16_t)(rand() % 3 * 300);
		}
		f.sum.packets = 1 + (uint64_t)rand() % 5;
		f.sum.bytes = 60 * f.sum.packets + (uint64_t)rand() % 100;
		f.sum.syns = f.key.proto == 6 ? (uint64_t)rand() % 2 : 0;
		f.sum.tcp_flags = (uint8_t)rand();
		f.sum.first_ns = 1000 + (uint64_t)rand() % 1000;
		f.sum.last_ns = f.sum.first_ns + (uint64_t)rand() % 1000;
		for (same = 0; same < n; same++)
			if (!memcmp(&flows[same].key, &f.key, sizeof(f.key)))
				break;
		if (same == n)
			flows[n++] = f;
	}
	return n;
}

static bool address_is(const uint8_t a[16], const uint8_t b[16])
{
	return !memcmp(a, b, 16);
}

static bool in_common(const struct flow_key *a, const struct flow_key *b, enum rank_key key)
{
	bool family = a->eth_type == b->eth_type, proto = a->proto == b->proto;

	switch (key) {
	case RANK_FLOW:
		return !memcmp(a, b, sizeof(*a));
	case RANK_SRC:
		return family && address_is(a->src, b->src);
	case RANK_DST:
		return family && address_is(a->dst, b->dst);
	case RANK_SPORT:
		return proto && a->sport == b->sport;
	case RANK_DPORT:
		return proto && a->dport == b->dport;
	case RANK_PROTO:
		return proto;
	case RANK_PAIR:
		return family && ((address_is(a->src, b->src) && address_is(a->dst, b->dst)) ||
				  (address_is(a->src, b->dst) && address_is(a->dst, b->src)));
	default:
		return false;
	}
}

/* Returns the sum of all flows that have `key` in common with `with`. */
static struct flow reference(const struct flow *flows, size_t n, const struct flow_key *with,
			     enum rank_key key)
{
	struct flow all = { .sum.first_ns = UINT64_MAX };

	for (size_t i = 0; i < n; i++) {
		if (!in_common(&flows[i].key, with, key))
			continue;
		all.flows++;
		all.sum.packets += flows[i].sum.packets;
		all.sum.bytes += flows[i].sum.bytes;
		all.sum.syns += flows[i].sum.syns;
		all.sum.tcp_flags |= flows[i].sum.tcp_flags;
		if (flows[i].sum.first_ns < all.sum.first_ns)
			all.sum.first_ns = flows[i].sum.first_ns;
		if (flows[i].sum.last_ns > all.sum.last_ns)
			all.sum.last_ns = flows[i].sum.last_ns;
	}
	return all;
}

static size_t reference_groups(const struct flow *flows, size_t n, enum rank_key key)
{
	size_t groups = 0, j;

	for (size_t i = 0; i < n; i++) {
		for (j = 0; j < i; j++)
			if (in_common(&flows[i].key, &flows[j].key, key))
				break;
		groups += j == i;
	}
	return groups;
}

static void groups_are_those_of_the_reference(void **state)
{
	struct flow flows[MOST], groups[MOST], want;
	size_t n, g;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		n = random_flows(flows);
		for (int key = 0; key < RANK_KEYS; key++) {
			memcpy(groups, flows, n * sizeof(*flows));
			g = rank_group(groups, n, (enum rank_key)key);
			assert_int_equal(g, reference_groups(flows, n, (enum rank_key)key));
			for (size_t i = 0; i < g; i++) {
				want = reference(flows, n, &groups[i].key, (enum rank_key)key);
				assert_int_equal(groups[i].flows, want.flows);
				assert_memory_equal(&groups[i].sum, &want.sum, sizeof(want.sum));
				assert_true(!i ||
					    !in_common(&groups[i - 1].key, &groups[i].key, key));
			}
		}
	}
}

static void a_key_says_only_what_is_in_common(void **state)
{
	struct flow f = { .flows = 1,
			  .key = { .src = { 9 },
				   .dst = { 1 },
				   .sport = 1,
				   .dport = 2,
				   .eth_type = ETH_P_IP,
				   .proto = 6 } };
	struct flow_key want[RANK_KEYS] = {
		[RANK_FLOW] = f.key,
		[RANK_SRC] = { .src = { 9 }, .eth_type = ETH_P_IP },
		[RANK_DST] = { .dst = { 1 }, .eth_type = ETH_P_IP },
		[RANK_SPORT] = { .sport = 1, .proto = 6 },
		[RANK_DPORT] = { .dport = 2, .proto = 6 },
		[RANK_PROTO] = { .proto = 6 },
		[RANK_PAIR] = { .src = { 1 }, .dst = { 9 }, .eth_type = ETH_P_IP },
	};

	(void)state;
	for (int key = 0; key < RANK_KEYS; key++) {
		struct flow group = f;

		assert_int_equal(rank_group(&group, 1, (enum rank_key)key), 1);
		assert_memory_equal(&group.key, &want[key], sizeof(want[key]));
	}
	assert_int_equal(rank_group(NULL, 0, RANK_PAIR), 0);
}

/* The result is sorted, and does not depend on the order of the input. */
static void order_is_the_same_whatever_came_first(void **state)
{
	struct flow a[MOST], b[MOST], swap;
	size_t n, some;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		enum rank_by by = (enum rank_by)(round % RANK_BYS);

		n = random_flows(a);
		memcpy(b, a, n * sizeof(*a));
		for (size_t i = n; i > 1; i--) {
			size_t j = (size_t)rand() % i;

			swap = b[i - 1];
			b[i - 1] = b[j];
			b[j] = swap;
		}
		some = rank_order(a, n, by);
		assert_int_equal(rank_order(b, n, by), some);
		assert_memory_equal(a, b, n * sizeof(*a));
		for (size_t i = 1; i < n; i++)
			assert_true(rank_measure(&a[i - 1].sum, by) >= rank_measure(&a[i].sum, by));
		for (size_t i = 0; i < n; i++)
			assert_int_equal(rank_measure(&a[i].sum, by) > 0, i < some);
	}
}

/* Some flows go on, some are evicted, of which some come back smaller or larger; some are new. */
static void since_is_what_was_added(void **state)
{
	struct flow before[MOST], now[MOST], expected[MOST];
	size_t n_all, n_before, n_now, kept, wanted;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct flow all[MOST];

		n_all = rank_group(all, random_flows(all), RANK_FLOW);
		n_before = n_now = wanted = 0;
		for (size_t i = 0; i < n_all; i++) {
			struct flow f = all[i], more = all[i];
			int fate = rand() % 5;

			more.sum.packets = (uint64_t)rand() % 3;
			more.sum.bytes = 60 * more.sum.packets;
			more.sum.syns = 0;
			if (fate) /* 0: new */
				before[n_before++] = f;
			if (fate == 1) /* evicted */
				continue;
			if (fate == 2) { /* and created again */
				f.sum = (struct flow_stats){ .packets = 1 + (uint64_t)rand() % 9,
							     .bytes = 60 *
								      (1 + (uint64_t)rand() % 9),
							     .first_ns = 5000,
							     .last_ns = 6000 };
				more = f;
			} else if (fate) {
				f.sum.packets += more.sum.packets;
				f.sum.bytes += more.sum.bytes;
			} else {
				more = f;
			}
			now[n_now++] = f;
			if (!more.sum.packets)
				continue;
			f.sum.packets = more.sum.packets;
			f.sum.bytes = more.sum.bytes;
			f.sum.syns = more.sum.syns;
			expected[wanted++] = f;
		}
		kept = rank_since(now, n_now, before, n_before);
		assert_int_equal(kept, wanted);
		assert_memory_equal(now, expected, wanted * sizeof(*now));
	}
}

static void cpus_are_one(void **state)
{
	const struct flow_stats cpus[] = {
		{ .packets = 2, .bytes = 200, .first_ns = 50, .last_ns = 90, .tcp_flags = 0x10 },
		{ 0 }, /* counted nothing, so it has no times */
		{ .packets = 1,
		  .bytes = 60,
		  .first_ns = 40,
		  .last_ns = 40,
		  .syns = 1,
		  .tcp_flags = 2 },
	};
	const struct flow_stats want = { .packets = 3,
					 .bytes = 260,
					 .first_ns = 40,
					 .last_ns = 90,
					 .syns = 1,
					 .tcp_flags = 0x12 };
	struct flow_stats sum = flows_sum(cpus, 3);

	(void)state;
	assert_memory_equal(&sum, &want, sizeof(want));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_those_of_the_reference),
		cmocka_unit_test(a_key_says_only_what_is_in_common),
		cmocka_unit_test(order_is_the_same_whatever_came_first),
		cmocka_unit_test(since_is_what_was_added),
		cmocka_unit_test(cpus_are_one),
	};

	srand(1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
