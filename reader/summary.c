// SPDX-License-Identifier: BSD-2-Clause
/* The block of statistics, of a reader's own run. */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>

#include "pin/now.h"
#include "reader/summary.h"

void summary_count(struct summary *s, const struct packet_event *ev)
{
	s->total++;
	if (!(ev->flags & XDPTAP_EV_IP))
		return;
	s->tcp += ev->proto == IPPROTO_TCP;
	s->udp += ev->proto == IPPROTO_UDP;
}

const char *summary_duration(char buf[SUMMARY_DURATION_MAX], uint64_t ns)
{
	uint64_t s = ns / NS_PER_SEC + (ns % NS_PER_SEC >= NS_PER_SEC / 2);

	if (s >= 3600)
		snprintf(buf, SUMMARY_DURATION_MAX, "%" PRIu64 "h%" PRIu64 "m%" PRIu64 "s",
			 s / 3600, s / 60 % 60, s % 60);
	else if (s >= 60)
		snprintf(buf, SUMMARY_DURATION_MAX, "%" PRIu64 "m%" PRIu64 "s", s / 60, s % 60);
	else
		snprintf(buf, SUMMARY_DURATION_MAX, "%" PRIu64 "s", s);
	return buf;
}

double summary_percent(uint64_t part, uint64_t whole)
{
	return whole ? (double)part * 100 / (double)whole : 0;
}

size_t summary_text(char buf[SUMMARY_MAX], const struct summary *s, uint64_t lost,
		    uint64_t runtime_ns, bool final)
{
	double pps = runtime_ns ? (double)s->total * 1e9 / (double)runtime_ns : 0;
	uint64_t other = s->total - s->tcp - s->udp;
	char runtime[SUMMARY_DURATION_MAX];

	return (size_t)snprintf(
		buf, SUMMARY_MAX,
		"%s"
		"\n=== Statistics (Runtime: %s) ===\n"
		"Total Packets: %" PRIu64 " (%.2f pps)\n"
		"TCP Packets: %" PRIu64 " (%.1f%%)\n"
		"UDP Packets: %" PRIu64 " (%.1f%%)\n"
		"Other Packets: %" PRIu64 " (%.1f%%)\n"
		"Lost Packets: %" PRIu64 " (%.1f%%)\n"
		"=====================================\n\n",
		final ? "\n=== Final Statistics ===\n" : "", summary_duration(runtime, runtime_ns),
		s->total, pps, s->tcp, summary_percent(s->tcp, s->total), s->udp,
		summary_percent(s->udp, s->total), other, summary_percent(other, s->total), lost,
		summary_percent(lost, s->total + lost));
}
