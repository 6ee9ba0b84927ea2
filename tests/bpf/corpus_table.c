// SPDX-License-Identifier: BSD-2-Clause
/* The table by kinds of frames that corpus_test.c prints at its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h>

#include "bpf/abi.h"
#include "tests/bpf/corpus_table.h"

static const char *const row_names[CORPUS_ROWS] = {
	[RUNT] = "shorter than Ethernet",
	[LLC] = "802.3 length",
	[NON_IP] = "other, not IP",
	[TCP4] = "IPv4 TCP",
	[UDP4] = "IPv4 UDP",
	[ICMP4] = "IPv4 ICMP",
	[SCTP4] = "IPv4 SCTP, DCCP",
	[TUNNEL4] = "IPv4 tunnels, IPsec",
	[OTHER4] = "IPv4 other protocols",
	[FRAG4] = "IPv4 fragments",
	[CUT4] = "IPv4 header unreadable",
	[TCP6] = "IPv6 TCP",
	[UDP6] = "IPv6 UDP",
	[ICMP6] = "IPv6 ICMPv6",
	[OTHER6] = "IPv6 other protocols",
	[EXT6] = "IPv6 extension headers",
	[FRAG6] = "IPv6 fragments",
	[CUT6] = "IPv6 header unreadable",
	[TOTAL] = "all",
	[TAGGED] = "of these: VLAN tags",
	[TTL_BELOW_10] = "of these: TTL below 10",
};

static enum corpus_row row_of(const struct expected *e)
{
	int v6 = e->ip == 6;

	if (e->runt)
		return RUNT;
	if (!e->ip)
		return e->llc ? LLC : NON_IP;
	if (!e->has_addresses)
		return v6 ? CUT6 : CUT4;
	if (e->frag != FRAG_NONE)
		return v6 ? FRAG6 : FRAG4;
	if (e->chain_len > 1)
		return EXT6;
	switch (e->chain_len ? e->chain[0] : -1) {
	case IPPROTO_TCP:
		return v6 ? TCP6 : TCP4;
	case IPPROTO_UDP:
		return v6 ? UDP6 : UDP4;
	case IPPROTO_ICMP:
		return v6 ? OTHER6 : ICMP4;
	case IPPROTO_ICMPV6:
		return v6 ? ICMP6 : OTHER4;
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return v6 ? OTHER6 : SCTP4;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
	case IPPROTO_GRE:
	case IPPROTO_ESP:
	case IPPROTO_AH:
		return v6 ? OTHER6 : TUNNEL4;
	}
	return v6 ? OTHER6 : OTHER4;
}

static void count_in(struct corpus_line *line, const struct expected *e, int skipped, int wrong)
{
	line->frames++;
	if (skipped) {
		line->skipped++;
	} else if (*e->why) {
		line->tolerated++;
		line->deviating += !!wrong;
	} else {
		line->compared++;
		line->wrong += !!wrong;
	}
}

void corpus_count(struct corpus_line table[CORPUS_ROWS], const struct expected *e, int skipped,
		  int wrong)
{
	count_in(&table[row_of(e)], e, skipped, wrong);
	count_in(&table[TOTAL], e, skipped, wrong);
	if (e->tags)
		count_in(&table[TAGGED], e, skipped, wrong);
	if (e->ttl >= 0 && e->ttl < XDPTAP_LOW_TTL)
		count_in(&table[TTL_BELOW_10], e, skipped, wrong);
}

void corpus_print(const struct corpus_line table[CORPUS_ROWS], const char *name)
{
	print_message("# %-24s %6s %9s %10s %10s %8s %6s\n", name, "frames", "compared",
		      "tolerated", "deviating", "skipped", "wrong");
	for (size_t i = 0; i < CORPUS_ROWS; i++) {
		const struct corpus_line *line = &table[i];

		if (line->frames)
			print_message("# %-24s %6u %9u %10u %10u %8u %6u\n", row_names[i],
				      line->frames, line->compared, line->tolerated,
				      line->deviating, line->skipped, line->wrong);
	}
}
