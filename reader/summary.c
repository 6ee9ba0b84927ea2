// SPDX-License-Identifier: BSD-2-Clause
/* The block of statistics of a run of the reader; used by capture.c. */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>

#include "pin/now.h"
#include "reader/summary.h"
#include "reader/text/duration.h"
#include "reader/text/percent.h"

void summary_count(struct summary *s, const struct packet_event *ev)
{
	s->total++;
	if (!(ev->flags & XDPTAP_EV_IP))
		return;
	s->tcp += ev->proto == IPPROTO_TCP;
	s->udp += ev->proto == IPPROTO_UDP;
}

size_t summary_text(char buf[SUMMARY_MAX], const struct summary *s, uint64_t lost,
		    uint64_t runtime_ns, bool final)
{
	char filtered[64] = "";
	double pps = runtime_ns ? (double)s->total * 1e9 / (double)runtime_ns : 0;
	uint64_t other = s->total - s->tcp - s->udp;
	char runtime[DURATION_MAX];
	/* Whole seconds, even below ten. */
	uint64_t seconds = runtime_ns / NS_PER_SEC + (runtime_ns % NS_PER_SEC >= NS_PER_SEC / 2);

	if (s->filters)
		snprintf(filtered, sizeof(filtered),
			 "Filtered by the reader: %" PRIu64 " (%.1f%%)\n", s->filtered,
			 percent_of(s->filtered, s->total + s->filtered));
	return (size_t)snprintf(buf, SUMMARY_MAX,
				"%s"
				"\n=== Statistics (Runtime: %s) ===\n"
				"Total Packets: %" PRIu64 " (%.2f pps)\n"
				"TCP Packets: %" PRIu64 " (%.1f%%)\n"
				"UDP Packets: %" PRIu64 " (%.1f%%)\n"
				"Other Packets: %" PRIu64 " (%.1f%%)\n"
				"%s"
				"Lost Packets: %" PRIu64 " (%.1f%%)\n"
				"=====================================\n\n",
				final ? "\n=== Final Statistics ===\n" : "",
				duration_text(runtime, (double)seconds), s->total, pps, s->tcp,
				percent_of(s->tcp, s->total), s->udp, percent_of(s->udp, s->total),
				other, percent_of(other, s->total), filtered, lost,
				percent_of(lost, s->total + s->filtered + lost));
}
