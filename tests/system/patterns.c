// SPDX-License-Identifier: BSD-2-Clause
/*
 * Writes a capture of UDP frames of given lengths, whose payload is random but
 * the same at each run, so that no byte can stand in for another. For captures.bats.
 *
 * Usage: patterns FILE BYTES...
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = ETH_HLEN + 65535 };

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

static void fill(unsigned char *frame, size_t bytes)
{
	struct headers h = {
		.eth = { .h_dest = { 2, 0, 0, 0, 0, 2 }, .h_source = { 2, 0, 0, 0, 0, 1 } },
		.ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP },
	};

	h.eth.h_proto = htons(ETH_P_IP);
	h.ip.tot_len = htons((unsigned short)(bytes - sizeof(h.eth)));
	h.ip.saddr = htonl(0x0a090001u);
	h.ip.daddr = htonl(0x0a090002u);
	h.udp.source = htons(40000);
	h.udp.dest = htons(9); /* discard */
	h.udp.len = htons((unsigned short)(bytes - sizeof(h.eth) - sizeof(h.ip)));
	memcpy(frame, &h, sizeof(h));
	for (size_t i = sizeof(h); i < bytes; i++)
		frame[i] = (unsigned char)(random() >> 8);
}

int main(int argc, char **argv)
{
	static unsigned char frame[MOST];
	struct pcap_pkthdr header = { 0 };
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, MOST);
	pcap_dumper_t *out = argc > 2 ? pcap_dump_open(dead, argv[1]) : NULL;
	unsigned long bytes;

	if (!out) {
		fprintf(stderr, "usage: patterns FILE BYTES...; %s\n", pcap_geterr(dead));
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		bytes = strtoul(argv[i], NULL, 10);
		if (bytes < sizeof(struct headers) || bytes > MOST) {
			fprintf(stderr, "patterns: %s: no length of a frame\n", argv[i]);
			return 2;
		}
		fill(frame, bytes);
		header.len = header.caplen = (bpf_u_int32)bytes;
		pcap_dump((unsigned char *)out, &header, frame);
	}
	if (pcap_dump_flush(out))
		return 1;
	pcap_dump_close(out);
	pcap_close(dead);
	return 0;
}
