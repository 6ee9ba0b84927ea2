// SPDX-License-Identifier: BSD-2-Clause
/* Bytes in, event and counters out: the assertions of the tests in this folder. */
#include <stdio.h>
#include <string.h>
#include <netinet/in.h>

#include "pin/counters.h"
#include "tests/bpf/check.h"
#include "tests/bpf/event_diff.h"

/*
 * Fails with `faults`, a line each, and the frame's first bytes as text2pcap
 * reads them; the test's source or seed has the others. As the text of an
 * assertion, so that cmocka prints it after the "not ok" which it explains.
 */
static void fail_run(const struct run_input *in, const char *faults, const char *file, int line)
{
	const __u8 *p = in->data;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		_fail(file, line);
	fprintf(to, "%s%sframe of %u bytes (linear %u, metadata %u):", faults,
		faults[strlen(faults) - 1] == '\n' ? "" : "\n", in->len, in->linear, in->metadata);
	for (__u32 i = 0; i < in->len && i < 256; i++) {
		if (i % 16 == 0)
			fprintf(to, "\n%06x", i);
		fprintf(to, " %02x", p[i]);
	}
	fclose(to);
	_assert_true(0, text, file, line); /* `text` is lost with the failure */
}

/* One run's counters, from its event; it says everything but whether the ring had room. */
static struct packet_stats stats_of(const struct packet_event *ev)
{
	struct packet_stats st = { .packets = 1, .bytes = ev->len, .events = 1 };

	if (!(ev->flags & EV(IP))) {
		st.non_ip = 1;
		st.other = 1;
	} else {
		if (ev->eth_type == ETH_P_IP) {
			st.ipv4 = 1;
			st.icmp = ev->proto == IPPROTO_ICMP;
		} else {
			st.ipv6 = 1;
			st.icmp = ev->proto == IPPROTO_ICMPV6;
		}
		if (ev->proto == IPPROTO_TCP)
			st.tcp = 1;
		else if (ev->proto == IPPROTO_UDP)
			st.udp = 1;
		else
			st.other = 1;
	}
	if (ev->flags & EV(VLAN))
		st.vlan = 1;
	if (ev->flags & EV(FRAG))
		st.fragments = 1;
	if (ev->flags & EV(MALFORMED))
		st.malformed = 1;
	return st;
}

/* Writes a line for each counter that did not grow by what `want` says. */
static void stats_diff(const struct packet_stats *before, const struct packet_stats *after,
		       const struct packet_stats *want, char *text, size_t size)
{
	const __u64 *b = (const __u64 *)before, *a = (const __u64 *)after;
	const __u64 *w = (const __u64 *)want;
	size_t used = 0;

	text[0] = 0;
	for (size_t i = 0; i < sizeof(*want) / sizeof(*w) && used < size; i++)
		if (a[i] - b[i] != w[i])
			used += (size_t)snprintf(
				text + used, size - used, "counter %s: expected +%llu, got +%lld\n",
				counters_table[i].name, w[i], (long long)(a[i] - b[i]));
}

struct packet_event run_at(const struct run_input *in, const char *file, int line)
{
	struct packet_stats before = run_stats(), after, want;
	struct packet_event ev = {};
	char text[1024];
	const char *err;

	err = run_once(in);
	if (err)
		fail_run(in, err, file, line);
	if (run_drain(&ev, 1) != 1)
		fail_run(in, "not exactly one event in the ring", file, line);
	if (ev.len != in->len)
		fail_run(in, "the event does not have the frame's whole length", file, line);

	after = run_stats();
	want = stats_of(&ev);
	stats_diff(&before, &after, &want, text, sizeof(text));
	if (*text)
		fail_run(in, text, file, line);
	assert_invariants_at(&after, file, line);
	return ev;
}

void assert_run_gives_at(const struct run_input *in, const struct packet_event *want,
			 const char *file, int line)
{
	struct packet_event got = run_at(in, file, line);
	char text[EVENT_DIFF_MAX];

	if (event_diff(want, &got, text))
		fail_run(in, text, file, line);
}

void assert_invariants_at(const struct packet_stats *st, const char *file, int line)
{
	_assert_int_equal(st->packets, st->tcp + st->udp + st->other, file, line);
	_assert_int_equal(st->packets, st->ipv4 + st->ipv6 + st->non_ip, file, line);
	_assert_int_equal(st->packets, st->events + st->dropped, file, line);
}
