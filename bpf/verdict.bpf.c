// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * A program at the exit (fexit) of another XDP program: it counts what that one returns. Each
 * program that is traced has one of these; they share the maps.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "xdp_buff.h"

/* Written by the loader alone. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPTAP_MEMBERS_MAX);
	__type(key, __u32);
	__type(value, struct tap_member);
} members SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XDPTAP_MEMBERS_MAX);
	__type(key, __u32);
	__type(value, struct verdict_stats);
} verdict_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct latest_verdict);
} latest_verdict SEC(".maps");

/* The traced program's index in `members`. */
const volatile __u32 member = 0;

static __always_inline void count_final(__u32 of, __u32 action)
{
	struct verdict_stats *st = bpf_map_lookup_elem(&verdict_map, &of);

	if (st && action < XDPTAP_ACTIONS)
		st->final[action]++;
}

/*
 * Decides what became of the verdict that was left undecided. On a CPU frame comes after frame, and
 * of each the members have their say in their order: so if this member's place is a later one, that
 * was on this very frame; else on the frame before, and no later member had a say.
 */
static __always_inline void settle(const struct latest_verdict *latest, __u32 place)
{
	if (latest->pending && latest->place >= place)
		count_final(latest->member, latest->action);
}

/* Counts what this member has returned. */
static __always_inline void count(__u32 action)
{
	struct latest_verdict *latest;
	__u32 zero = 0, key = member;
	struct verdict_stats *st;
	struct tap_member *m;

	m = bpf_map_lookup_elem(&members, &key);
	st = bpf_map_lookup_elem(&verdict_map, &key);
	latest = bpf_map_lookup_elem(&latest_verdict, &zero);
	if (!m || !st || !latest || action >= XDPTAP_ACTIONS)
		return; /* never happens: an array has these keys */
	settle(latest, m->place);
	st->returned[action]++;
	latest->pending = m->chain_actions >> action & 1;
	if (!latest->pending)
		st->final[action]++;
	latest->member = member;
	latest->place = m->place;
	latest->action = action;
}

SEC("fexit")
int count_verdict(__u64 *args)
{
	if (xdp_buff_is_ours((void *)(long)args[0]))
		count(xdp_buff_action(args));
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
