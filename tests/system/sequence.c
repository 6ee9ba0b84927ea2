// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reads the numbers that tests/system/live.c writes into frames from a capture file. Frames with
 * an even number must be there exactly once each, those with an odd number at most once; all of
 * them in order, since they come from one CPU. Prints
 *
 *	even N odd N cut N lost N again N late N
 *
 * - cut: captured in part; lost: even ones that are missing; again: not the first of its number;
 * late: after a higher number - and fails if there are any of the last three.
 *
 * Usage: sequence FILE COUNT
 */
#include <errno.h>
#include <error.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

/* Ethernet, IPv4 and UDP precede it. */
enum { NUMBER_AT = 42 };

struct totals {
	uint64_t of[2], cut, again, late;
};

static void take(struct totals *t, unsigned char *seen, uint64_t count, uint64_t number)
{
	static uint64_t highest;

	if (number >= count)
		error(1, 0, "a frame has the number %" PRIu64, number);
	t->again += seen[number];
	t->late += number < highest;
	t->of[number % 2] += !seen[number];
	seen[number] = 1;
	if (number > highest)
		highest = number;
}

int main(int argc, char **argv)
{
	uint64_t count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0, number, lost;
	unsigned char *seen = calloc(count ?: 1, 1);
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	struct totals t = { 0 };
	const u_char *bytes;
	pcap_t *file;
	int more;

	if (!count || !seen)
		error(2, 0, "usage: sequence FILE COUNT");
	file = pcap_open_offline(argv[1], why);
	if (!file)
		error(1, 0, "%s", why);
	while ((more = pcap_next_ex(file, &header, &bytes)) == 1) {
		if (header->caplen < NUMBER_AT + sizeof(number))
			error(1, 0, "a frame with %u captured bytes", header->caplen);
		memcpy(&number, bytes + NUMBER_AT, sizeof(number));
		take(&t, seen, count, number);
		t.cut += header->caplen < header->len;
	}
	if (more != PCAP_ERROR_BREAK)
		error(1, 0, "%s", pcap_geterr(file));
	pcap_close(file);
	free(seen);
	lost = (count + 1) / 2 - t.of[0];
	printf("even %" PRIu64 " odd %" PRIu64 " cut %" PRIu64 " lost %" PRIu64 " again %" PRIu64
	       " late %" PRIu64 "\n",
	       t.of[0], t.of[1], t.cut, lost, t.again, t.late);
	return lost || t.again || t.late;
}
