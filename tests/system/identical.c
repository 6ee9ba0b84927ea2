// SPDX-License-Identifier: BSD-2-Clause
/*
 * Compares two captures frame by frame, as libpcap reads them: the second holds
 * the first `SNAPLEN` bytes of the first one's frames, or all, and their whole
 * lengths. Times are not compared. For captures.bats and others.
 *
 * Usage: identical CAPTURE CAPTURE [SNAPLEN]
 * Prints how many are identical, and before that how others differ. Exits with
 * 1 if some do, or if there are no frames.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 20 };

struct capture {
	const char *path;
	pcap_t *pcap;
	struct pcap_pkthdr *header;
	const unsigned char *frame;
	int rc; /* of reading the next frame: 1, or why there is none */
};

static void capture_open(struct capture *c, const char *path)
{
	char err[PCAP_ERRBUF_SIZE];

	c->path = path;
	c->pcap = pcap_open_offline(path, err);
	if (!c->pcap) {
		printf("%s: %s\n", path, err);
		exit(1);
	}
}

static void capture_next(struct capture *c)
{
	c->rc = pcap_next_ex(c->pcap, &c->header, &c->frame);
	if (c->rc != 1 && c->rc != PCAP_ERROR_BREAK) {
		printf("%s: %s\n", c->path, pcap_geterr(c->pcap));
		exit(1);
	}
}

/* The first byte that differs, or `bytes`. */
static unsigned int same_bytes(const unsigned char *a, const unsigned char *b, unsigned int bytes)
{
	unsigned int i = 0;

	while (i < bytes && a[i] == b[i])
		i++;
	return i;
}

static int same(const struct capture *want, const struct capture *got, unsigned int snaplen,
		char *why, size_t size)
{
	unsigned int caplen = want->header->caplen, at;

	if (caplen > snaplen)
		caplen = snaplen;
	if (got->header->len != want->header->len || got->header->caplen != caplen) {
		snprintf(why, size, "%u of %u bytes, expected %u of %u", got->header->caplen,
			 got->header->len, caplen, want->header->len);
		return 0;
	}
	at = same_bytes(want->frame, got->frame, caplen);
	if (at == caplen)
		return 1;
	snprintf(why, size, "byte %u of %u is %02x, expected %02x", at, caplen, got->frame[at],
		 want->frame[at]);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int snaplen = argc > 3 ? (unsigned int)strtoul(argv[3], NULL, 10) : UINT32_MAX;
	unsigned long n = 0, identical = 0, shown = 0;
	struct capture want, got;
	char why[128];

	if (argc < 3 || !snaplen) {
		fputs("usage: identical CAPTURE CAPTURE [SNAPLEN]\n", stderr);
		return 2;
	}
	capture_open(&want, argv[1]);
	capture_open(&got, argv[2]);
	for (;;) {
		capture_next(&want);
		capture_next(&got);
		if (want.rc != 1 || got.rc != 1)
			break;
		n++;
		if (same(&want, &got, snaplen, why, sizeof(why)))
			identical++;
		else if (shown++ < SHOWN)
			printf("frame %lu: %s\n", n, why);
	}
	if (want.rc == 1 || got.rc == 1)
		printf("only %s goes on after frame %lu\n", want.rc == 1 ? want.path : got.path, n);
	printf("%lu of %lu frames identical\n", identical, n);
	return identical == n && n && want.rc == got.rc ? 0 : 1;
}
