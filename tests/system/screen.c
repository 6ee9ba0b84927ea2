// SPDX-License-Identifier: BSD-2-Clause
/*
 * Draws the screen of `xdptap-stats watch` with made-up taps: more CPUs and larger
 * numbers than a test machine has. There are 70 samples, a second apart; the screen
 * stays until 'q'.
 *
 * Usage: screen TAPS CPUS PACKETS_PER_SECOND
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pin/counters.h"
#include "reader/stats/screen.h"
#include "reader/stats/terminal.h"

#define NS_PER_SEC UINT64_C(1000000000)

enum { SAMPLES = 70 };

/* CPU `c` counts 1/2^(c+1) of all packets, the last one none. Within every 20 s the rate doubles.
 */
static void add_sample(struct history *h, int tap, int n_cpus, uint64_t second, uint64_t rate)
{
	struct sample s = { .n_cpus = n_cpus, .ring_known = true, .reader_known = true };
	uint64_t packets = rate * second;

	for (uint64_t i = 1; i <= second; i++)
		packets += i % 20 * rate / 20;
	snprintf(s.ifname, sizeof(s.ifname), "%s", h->ifname);
	s.taken_ns = (1000 + second) * NS_PER_SEC;
	s.meta.mode = XDPTAP_MODE_NATIVE;
	s.runtime_ns = second * NS_PER_SEC;
	s.meta.attached_ns = 1700000000 * NS_PER_SEC;
	s.ring_bytes = (uint64_t)n_cpus << 22;
	s.ring_used = s.ring_bytes / 2;
	s.reader = tap % 2;
	s.reader_pid = tap % 2 ? 4194304 : 0;
	s.cpus = calloc((size_t)n_cpus, sizeof(*s.cpus));
	if (!s.cpus)
		exit(1);
	for (int c = 0; c < n_cpus - 1; c++) {
		struct packet_stats *p = &s.cpus[c];

		p->packets = packets / (uint64_t)(tap + 1) >> (c < 16 ? c + 1 : 16);
		p->bytes = p->packets * 1500;
		p->tcp = p->packets / 3;
		p->udp = p->packets / 2;
		p->other = p->packets - p->tcp - p->udp;
		p->ipv6 = p->packets / 100;
		p->ipv4 = p->packets - p->ipv6;
		p->dropped = tap ? p->packets / 1000 : 0;
		p->events = p->packets - p->dropped;
	}
	s.total = counters_sum(s.cpus, n_cpus);
	history_add(h, &s);
}

static void make_tap(struct taps *t, int tap, int n_cpus, uint64_t rate)
{
	static const char *const names[] = { "eth0", "enp129s0f1np1.4", "bad\x1b[2J\xc3\xa4" };
	char name[IF_NAMESIZE];
	struct history *h;

	snprintf(name, sizeof(name), tap < 3 ? "%s" : "tap%.0s%d", tap < 3 ? names[tap] : "", tap);
	h = history_create(name, t->interval_ns);
	if (!h)
		exit(1);
	t->list[t->n++] = h;
	for (uint64_t second = 0; second <= SAMPLES; second++)
		add_sample(h, tap, n_cpus, second, rate);
	if (tap == 3)
		history_gone(h, t->sampled_ns - NS_PER_SEC, "");
	if (tap == 4) { /* attached again; seen after sampled_ns, as by a real sample */
		h->now.meta.attached_ns--;
		add_sample(h, tap, n_cpus, SAMPLES + 1, rate);
	}
}

int main(int argc, char **argv)
{
	int n_taps = argc == 4 ? atoi(argv[1]) : 0, n_cpus = argc == 4 ? atoi(argv[2]) : 0;
	struct taps t = { .interval_ns = NS_PER_SEC };
	enum screen_action key;
	struct screen_view v = { 0 };
	const char *reason;

	if (n_taps < 0 || n_cpus < 1) {
		fputs("usage: screen TAPS CPUS PACKETS_PER_SECOND\n", stderr);
		return 2;
	}
	t.sampled_ns = (1000 + SAMPLES) * NS_PER_SEC;
	t.realtime_ns = (1700000000 + SAMPLES) * NS_PER_SEC;
	t.list = calloc((size_t)n_taps + 1, sizeof(struct history *));
	if (!t.list)
		return 1;
	for (int i = 0; i < n_taps; i++)
		make_tap(&t, i, n_cpus, strtoull(argv[3], NULL, 10));
	reason = terminal_open();
	if (reason) {
		fprintf(stderr, "%s\n", reason);
		return 1;
	}
	do {
		screen_draw(&v, &t);
		terminal_wait(UINT64_MAX);
		while ((key = screen_take_key(&v, &t)) == SCREEN_DRAW)
			;
	} while (key != SCREEN_QUIT);
	terminal_close();
	return 0;
}
