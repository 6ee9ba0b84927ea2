/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captured packets of others, where a directory of them is at hand: a clone of
 * the project alone has none. Used by corpus_test.c and mutate.c.
 */
#ifndef XDPTAP_TEST_CAPTURES_H
#define XDPTAP_TEST_CAPTURES_H

#include <stddef.h>

struct pcap; /* pcap_t; its header can't be included beside <linux/bpf.h> */

/*
 * The directory, with captures/ and expected.tsv below it: $XDPTAP_PACKETS, by
 * default ../shared/packets from the project's root. NULL: there is none.
 */
const char *captures_dir(void);

/* Opens captures/NAME.pcap or .pcapng. NULL: `err` says why, in PCAP_ERRBUF_SIZE bytes. */
struct pcap *capture_open(const char *name, char *err);

struct captured_frame {
	const unsigned char *data;
	unsigned int len; /* bytes captured */
};

/*
 * Every frame of every capture, in the order of the files' names; they live as
 * long as the process. Without captures none. Exits if one can't be read.
 */
size_t captures_load(const struct captured_frame **frames);

#endif /* XDPTAP_TEST_CAPTURES_H */
