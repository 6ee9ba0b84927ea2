// SPDX-License-Identifier: BSD-2-Clause
/*
 * Flows: what is in flow_map after some traffic, against sums that are made here,
 * for each CPU; and what an LRU map does when it is full. Run by `make test-bpf`.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <netinet/in.h> /* before linux/in.h, which then leaves out what it has */
#include <arpa/inet.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/capture.skel.h"
#include "bpf/parse.h"
#include "tests/bpf/captures.h"
#include "tests/bpf/check.h"
#include "tests/bpf/event_diff.h"
#include "tests/bpf/mutate.h"

/* What the kernel hands out to a CPU at once, and so what others can't have: LOCAL_FREE_TARGET. */
#define BATCH 128

/* Entries: enough for all that most tests do. */
#define ENTRIES  20000
#define FLOWS    10000
#define SEEN_MAX 20000

static struct frame frame, *f = &frame;
static int cpus_possible, cpu_here;

/* The reference: what each CPU saw. */
static struct seen {
	struct flow_key key;
	struct flow_stats cpus[2];
} seen[SEEN_MAX];
static int n_seen;

static int flow_fd(void)
{
	return bpf_map__fd(run_object()->maps.flow_map);
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	cpu_here = cpu;
}

static struct seen *find(const struct flow_key *key)
{
	for (int i = 0; i < n_seen; i++)
		if (!memcmp(&seen[i].key, key, sizeof(*key)))
			return &seen[i];
	return NULL;
}

/* Runs the frame and adds it to the reference. The event has only its time from the program. */
static void run_as(const struct flow_key *key, __u8 tcp_flags)
{
	struct seen *s = find(key);
	struct packet_event ev;
	struct flow_stats *fs;

	assert_null(run_once(RUN_INPUT(f)));
	assert_int_equal(run_drain(&ev, 1), 1);
	if (!s) {
		assert_true(n_seen < SEEN_MAX);
		s = &seen[n_seen++];
		*s = (struct seen){ .key = *key };
	}
	fs = &s->cpus[cpu_here];
	fs->packets++;
	fs->bytes += f->len;
	if (!fs->first_ns)
		fs->first_ns = ev.ts_ns;
	fs->last_ns = ev.ts_ns;
	fs->syns += !!(tcp_flags & TCP_SYN);
	fs->tcp_flags |= tcp_flags;
}

/* Calls `each`, if there is one, with the stats of all CPUs. Returns how many flows there are. */
static int walk(void (*each)(const struct flow_key *key, const struct flow_stats *cpus))
{
	struct flow_stats *values = calloc((size_t)cpus_possible, sizeof(*values));
	struct flow_key key, *at = NULL;
	int n = 0;

	assert_non_null(values);
	for (; !bpf_map_get_next_key(flow_fd(), at, &key); at = &key, n++) {
		if (!each)
			continue;
		assert_int_equal(bpf_map_lookup_elem(flow_fd(), &key, values), 0);
		each(&key, values);
	}
	free(values);
	return n;
}

static void compare(const struct flow_key *key, const struct flow_stats *cpus)
{
	const struct seen *s = find(key);

	assert_non_null(s);
	for (int cpu = 0; cpu < 2 && cpu < cpus_possible; cpu++)
		assert_memory_equal(&cpus[cpu], &s->cpus[cpu], sizeof(*cpus));
}

/* That the map holds what was seen, all of it and nothing else. */
static void assert_all_there(void)
{
	struct packet_stats st = run_stats();

	assert_int_equal(walk(compare), n_seen);
	assert_int_equal(st.flows, n_seen);
	assert_int_equal(st.flow_lost, 0);
}

static int open_flows(void **state)
{
	(void)state;
	n_seen = 0;
	run_open_flows(0, ENTRIES);
	return 0;
}

static int open_no_room(void **state)
{
	(void)state;
	run_open_flows((__u32)getpagesize(), ENTRIES);
	return 0;
}

static int open_off(void **state)
{
	(void)state;
	run_open(0);
	return 0;
}

/* libbpf 1.5 gives a map that it does not create the descriptor of something else. */
static bool exists(const struct bpf_map *map)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);

	return !bpf_obj_get_info_by_fd(bpf_map__fd(map), &info, &len);
}

static void off_there_is_no_map(void **state)
{
	(void)state;
	assert_true(exists(run_object()->maps.stats_map));
	assert_false(exists(run_object()->maps.flow_map));
	assert_false(exists(run_object()->maps.flow_flushed));
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	run(RUN_INPUT(f));
	assert_int_equal(run_stats().flows, 0);
	assert_int_equal(run_stats().flow_lost, 0);
}

/* A packet of one of some hundred flows: its frame in `f`, and its key as wire and docs say. */
static __u8 random_talk(struct rng *rng, struct flow_key *key)
{
	static const __u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP };
	__u8 proto = protos[rng_below(rng, 3)], tcp_flags = 0;
	__u8 from = (__u8)rng_below(rng, 3), to = (__u8)rng_below(rng, 3);
	__u16 port = (__u16)(1000 + rng_below(rng, 10));
	struct ipv6hdr *ip6;
	struct iphdr *ip4;

	*key = (struct flow_key){ .proto = proto };
	if (rng_below(rng, 2)) {
		key->eth_type = ETH_P_IP;
		ip4 = start_ipv4(f, proto);
		((__u8 *)&ip4->saddr)[3] = from;
		((__u8 *)&ip4->daddr)[3] = to;
		memcpy(key->src, &ip4->saddr, 4);
		memcpy(key->dst, &ip4->daddr, 4);
	} else {
		key->eth_type = ETH_P_IPV6;
		if (proto == IPPROTO_ICMP)
			key->proto = proto = IPPROTO_ICMPV6;
		ip6 = start_ipv6(f, proto);
		ip6->saddr.s6_addr[15] = from;
		ip6->daddr.s6_addr[0] = to;
		memcpy(key->src, &ip6->saddr, 16);
		memcpy(key->dst, &ip6->daddr, 16);
	}
	if (proto == IPPROTO_TCP) {
		tcp_flags = (__u8)(1u << rng_below(rng, 8));
		add_tcp(f, tcp_flags)->dest = htons(port);
		add_payload(f, rng_below(rng, 1000));
	} else if (proto == IPPROTO_UDP) {
		add_udp(f, (__u16)rng_below(rng, 1000))->dest = htons(port);
	} else {
		add_icmp(f, (__u8)rng_below(rng, 256), (__u8)rng_below(rng, 256));
	}
	if (proto == IPPROTO_TCP || proto == IPPROTO_UDP) {
		key->sport = FRAME_SPORT;
		key->dport = port;
	}
	return tcp_flags;
}

static void random_traffic_is_summed_up_by_cpu(void **state)
{
	struct rng rng = rng_seeded(1);
	struct flow_key key;
	__u8 tcp_flags;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		if (rng_below(&rng, 100) == 0)
			run_on((int)rng_below(&rng, cpus_possible > 1 ? 2 : 1));
		tcp_flags = random_talk(&rng, &key);
		run_as(&key, tcp_flags);
	}
	print_message("# 50000 packets of %d flows\n", n_seen);
	assert_true(n_seen > 300);
	assert_all_there();
}

/* Whatever the frame is like, the flow is that of its event. */
static void any_frame_is_in_the_flow_of_its_event(void **state)
{
	static struct frame other;
	const struct captured_frame *captured;
	size_t n_captured = captures_load(&captured);
	struct packet_event ev, got;
	char text[EVENT_DIFF_MAX];
	struct rng rng = rng_seeded(2);
	struct flow_key key;
	__u64 ip = 0;

	(void)state;
	for (size_t i = 0; i < 5000 + n_captured; i++) {
		if (i < n_captured) {
			f->len = captured[i].len < FRAME_MAX ? captured[i].len : FRAME_MAX;
			memcpy(f->data, captured[i].data, f->len);
			for (; f->len < RUN_MIN; f->len++)
				f->data[f->len] = 0;
		} else {
			random_build(&rng, f);
			random_build(&rng, &other);
			if (rng_below(&rng, 2))
				mutate(&rng, f, &other);
		}
		ev = (struct packet_event){ 0 };
		parse_frame(&(frame_t){ .data = f->data, .len = f->len }, f->len, &ev);
		if (!(ev.flags & EV(IP))) {
			assert_null(run_once(RUN_INPUT(f)));
			assert_int_equal(run_drain(&got, 1), 1);
			assert_false(event_diff(&ev, &got, text));
			continue;
		}
		key = (struct flow_key){ .eth_type = ev.eth_type, .proto = ev.proto };
		memcpy(key.src, ev.src, sizeof(key.src));
		memcpy(key.dst, ev.dst, sizeof(key.dst));
		if (ev.flags & EV(PORTS)) {
			key.sport = ev.sport;
			key.dport = ev.dport;
		}
		run_as(&key, ev.tcp_flags);
		ip++;
	}
	print_message("# %llu IP frames of %d flows\n", ip, n_seen);
	assert_true(n_seen > 500);
	assert_all_there();
}

static void fragments_have_ports_only_at_first(void **state)
{
	struct flow_key key = { .src = { FRAME_SRC_IPV4 },
				.dst = { FRAME_DST_IPV4 },
				.sport = FRAME_SPORT,
				.dport = FRAME_DPORT,
				.eth_type = ETH_P_IP,
				.proto = IPPROTO_UDP };

	(void)state;
	set_ipv4_frag(start_ipv4(f, IPPROTO_UDP), 0, 1);
	add_udp(f, 1472);
	run_as(&key, 0);
	key.sport = key.dport = 0;
	for (__u16 offset = 1480; offset < 4 * 1480; offset += 1480) {
		set_ipv4_frag(start_ipv4(f, IPPROTO_UDP), offset, offset < 3 * 1480);
		add_payload(f, 1480);
		run_as(&key, 0);
	}
	assert_int_equal(n_seen, 2);
	assert_all_there();
}

static void what_is_not_ip_is_no_flow(void **state)
{
	(void)state;
	add_eth(f, ETH_P_ARP);
	add_payload(f, 28);
	run(RUN_INPUT(f));
	start_ipv4(f, IPPROTO_TCP)->ihl = 4;
	add_tcp(f, TCP_SYN);
	run(RUN_INPUT(f));
	assert_all_there();
}

static __u64 tai_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_TAI, &now);
	return (__u64)now.tv_sec * 1000000000 + (__u64)now.tv_nsec;
}

static struct flow_stats only;

static void take_only(const struct flow_key *key, const struct flow_stats *cpus)
{
	(void)key;
	only = cpus[cpu_here];
}

/* Events that no ring has room for: their packets are counted all the same. */
static void a_full_ring_loses_nothing_of_a_flow(void **state)
{
	enum { PACKETS = 1000, SLACK_NS = 10000000 };
	__u64 before = tai_ns();

	(void)state;
	start_ipv6(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN | TCP_ACK);
	for (int i = 0; i < PACKETS; i++)
		assert_null(run_once(RUN_INPUT(f)));
	assert_true(run_stats().dropped > PACKETS / 2);
	assert_int_equal(walk(take_only), 1);
	assert_int_equal(only.packets, PACKETS);
	assert_int_equal(only.bytes, (__u64)PACKETS * f->len);
	assert_int_equal(only.syns, PACKETS);
	assert_int_equal(only.tcp_flags, TCP_SYN | TCP_ACK);
	assert_true(only.first_ns > before - SLACK_NS && only.first_ns < only.last_ns);
	assert_true(only.last_ns < tai_ns() + SLACK_NS);

	/* The first of a flow too. */
	start_ipv4(f, IPPROTO_TCP);
	add_tcp(f, TCP_SYN);
	assert_null(run_once(RUN_INPUT(f)));
	assert_int_equal(walk(NULL), 2);
	assert_int_equal(run_stats().flows, 2);
}

/* The packet of a flow by its number. */
static void run_flow(int number)
{
	__be32 address = htonl(0x0a000000u + (__u32)number);

	start_ipv4(f, IPPROTO_UDP)->saddr = address;
	add_udp(f, 22);
	assert_null(run_once(RUN_INPUT(f)));
}

static int one_cpu(int number)
{
	(void)number;
	return 0;
}

static int in_turn(int number)
{
	return number / 8 % 2; /* to change CPU takes long on a busy machine */
}

static int one_first(int number)
{
	return number > 0;
}

/* In which order CPUs make the flows. The worst last: all but one of what the first CPU was given
 * lie idle. */
static const struct {
	const char *name;
	int (*cpu)(int number);
} orders[] = {
	{ "by one CPU", one_cpu },
	{ "by two in turn", in_turn },
	{ "one by one CPU, the others by another", one_first },
};

#define ORDERS (cpus_possible > 1 ? sizeof(orders) / sizeof(orders[0]) : 1)

static void as_many_flows_fit_as_the_docs_say(void **state)
{
	struct packet_event ev;
	struct packet_stats st;

	(void)state;
	for (size_t order = 0; order < ORDERS; order++) {
		run_open_flows(0, FLOWS + BATCH * (__u32)cpus_possible);
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < FLOWS; i++) {
				run_on(orders[order].cpu(i));
				run_flow(i);
			}
			run_drain(&ev, 0);
			assert_int_equal(walk(NULL), FLOWS);
		}
		st = run_stats();
		assert_int_equal(st.flows, FLOWS);
		assert_int_equal(st.flow_lost, 0);
		run_close(NULL);
	}
}

/* How many they are when the first one has to go. */
static void a_full_map_evicts_a_little_early(void **state)
{
	enum { SMALL = 1000 };
	int made;

	(void)state;
	for (size_t order = 0; order < ORDERS; order++) {
		run_open_flows(0, SMALL);
		for (made = 0; walk(NULL) == made; made++) {
			run_on(orders[order].cpu(made));
			run_flow(made);
		}
		made--; /* the last one made another go */
		print_message("# Of %d entries %d are taken, %s, before one has to go\n", SMALL,
			      made, orders[order].name);
		assert_true(made >= SMALL - BATCH * cpus_possible);
		assert_true(made <= SMALL);
		run_close(NULL);
	}
}

/* Made, less what is there, less what was deleted. */
static void it_is_known_how_many_were_evicted(void **state)
{
	enum { SMALL = 1000, MANY = 5000, DELETED = 100 };
	struct flow_key key;
	struct packet_event ev;
	int there;

	(void)state;
	run_open_flows(0, SMALL);
	for (int i = 0; i < MANY; i++) {
		run_on(i / 100 % (cpus_possible > 1 ? 2 : 1));
		run_flow(i);
	}
	run_drain(&ev, 0);
	there = walk(NULL);
	print_message("# Of %d flows in %d entries %d are left\n", MANY, SMALL, there);
	assert_true(there <= SMALL && there >= SMALL - BATCH * cpus_possible);
	assert_int_equal(run_stats().flows, MANY);
	assert_int_equal(run_stats().flow_lost, 0);

	for (int i = 0; i < DELETED; i++) {
		assert_int_equal(bpf_map_get_next_key(flow_fd(), NULL, &key), 0);
		assert_int_equal(bpf_map_delete_elem(flow_fd(), &key), 0);
	}
	assert_int_equal(run_stats().flows - (__u64)walk(NULL) - DELETED, MANY - there);
	run_close(NULL);
}

/* That both of two CPUs get their packets in, whichever creates the flow. */
static void compare_both(const struct flow_key *key, const struct flow_stats *cpus)
{
	(void)key;
	assert_int_equal(cpus[0].packets, 1);
	assert_int_equal(cpus[1].packets, cpus_possible > 1 ? 1 : cpus[1].packets);
	assert_true(cpus[0].first_ns && cpus[1].first_ns);
}

static void two_cpus_make_a_flow_at_once(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (cpus_possible < 2)
		return;
	pid = fork();
	assert_true(pid >= 0);
	run_on(!pid);
	for (int i = 0; i < FLOWS; i++)
		run_flow(i);
	if (!pid)
		_exit(0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(walk(compare_both), FLOWS);
	assert_int_equal(run_stats().flows, FLOWS);
	assert_int_equal(run_stats().flow_lost, 0);
}

static void make_it_fail(struct capture_bpf *skel)
{
	/* Not LRU: when it is full, no entry can be made. */
	bpf_map__set_type(skel->maps.flow_map, BPF_MAP_TYPE_PERCPU_HASH);
}

static void packets_without_an_entry_are_counted(void **state)
{
	enum { SMALL = 10, MORE = 7 };
	struct packet_stats st;

	(void)state;
	run_before_load(make_it_fail);
	run_open_flows(0, SMALL);
	run_before_load(NULL);
	run_on(0);
	for (int i = 0; i < SMALL + MORE; i++)
		run_flow(i);
	for (int i = 0; i < SMALL; i++)
		run_flow(i);
	st = run_stats();
	assert_int_equal(st.flows, SMALL);
	assert_int_equal(st.flow_lost, MORE);
	assert_int_equal(walk(take_only), SMALL);
	assert_int_equal(only.packets, 2);
	assert_int_equal(st.packets, 2 * SMALL + MORE);
	assert_invariants(&st);
	run_close(NULL);
}

#define TEST(test, open) cmocka_unit_test_setup_teardown(test, open, run_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(off_there_is_no_map, open_off),
		TEST(random_traffic_is_summed_up_by_cpu, open_flows),
		TEST(any_frame_is_in_the_flow_of_its_event, open_flows),
		TEST(fragments_have_ports_only_at_first, open_flows),
		TEST(what_is_not_ip_is_no_flow, open_flows),
		TEST(a_full_ring_loses_nothing_of_a_flow, open_no_room),
		cmocka_unit_test(as_many_flows_fit_as_the_docs_say),
		cmocka_unit_test(a_full_map_evicts_a_little_early),
		cmocka_unit_test(it_is_known_how_many_were_evicted),
		TEST(two_cpus_make_a_flow_at_once, open_flows),
		cmocka_unit_test(packets_without_an_entry_are_counted),
	};

	cpus_possible = libbpf_num_possible_cpus();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	run_on(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
