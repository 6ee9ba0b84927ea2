// SPDX-License-Identifier: BSD-2-Clause
/* Asks tshark which outermost headers are malformed; used by corpus_test.c. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/bpf/experts.h"

/* Layers of which xdptap reads the headers, as frame.protocols has them. */
#define LINK "^eth(:ethertype|:vlan|:ieee8021ad)*"
#define IP   "(:ip|:ipv6)"
#define L4   "(:tcp|:udp|:udplite|:icmp|:icmpv6|:sctp|:dccp)"

/*
 * "#1" is the outermost of several IP headers. An exception ends the dissection, so it is of an
 * outermost header if none but these were dissected.
 */
#define FILTER                                                                                     \
	"eth.len.past_end || vlan.len.past_end || ipv6.bogus_ipv6_version#1 || "                   \
	"(frame.protocols matches \"" LINK IP "\" && ("                                            \
	"ip.bogus_ip_version#1 || ip.bogus_ip_length#1 || ip.bogus_header_length#1 || "            \
	"ipv6.plen_exceeds_framing#1 || ipv6.invalid_header#1 || "                                 \
	"udp.length.bad#1 || udp.length.bad_zero#1 || udplite.checksum_coverage.bad#1 || "         \
	"tcp.bogus_header_length#1 || tcp.short_segment#1)) || "                                   \
	"(_ws.malformed && frame.protocols matches \"" LINK "(:arp|" IP "(:ipv6[.][a-z]+|:ah)*" L4 \
	"?)?$\")"

static void __attribute__((noreturn)) give_up(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(1);
}

/* The pipeline that prints the numbers of those frames. The caller frees it. */
static char *command(const char *dir, const struct expected_capture *captures, size_t n)
{
	char *text, path[4096];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		give_up("out of memory");
	fputs("mergecap -a -F pcapng -w -", out);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/captures/%s.pcap", dir, captures[i].name);
		fprintf(out, " '%s%s'", path, access(path, R_OK) ? "ng" : "");
	}
	fputs(" | tshark -n -r - -o ip.defragment:FALSE -o ipv6.defragment:FALSE "
	      "-T fields -e frame.number -Y '" FILTER "' 2>/dev/null",
	      out);
	if (fclose(out))
		give_up("out of memory");
	return text;
}

bool *experts_read(const char *dir, const struct expected_capture *captures, size_t n)
{
	char *text = command(dir, captures, n);
	size_t frames = 0, number;
	bool *malformed;
	FILE *in;

	for (size_t i = 0; i < n; i++)
		frames += captures[i].frames;
	malformed = calloc(frames + 1, sizeof(*malformed));
	in = popen(text, "r");
	if (!malformed || !in)
		give_up("can't start tshark");
	while (fscanf(in, "%zu", &number) == 1) {
		if (number < 1 || number > frames)
			give_up("tshark has more frames than the table");
		malformed[number - 1] = true;
	}
	if (pclose(in))
		give_up("mergecap or tshark failed; are tshark and wireshark-common installed?");
	free(text);
	return malformed;
}
