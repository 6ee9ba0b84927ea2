/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captured packets: the project's own fixtures, and those of others if XDPTAP_PACKETS names a
 * directory of them.
 * Used by corpus_test.c, golden_test.c and random_test.c.
 */
#ifndef XDPTAP_TEST_CAPTURES_H
#define XDPTAP_TEST_CAPTURES_H

#include <stddef.h>

struct pcap; /* pcap_t; its header can't be included beside <linux/bpf.h> */

/* The fixtures' directory; like the others' it has captures/ and expected.tsv below it. */
#define FIXTURES_DIR "tests/fixtures"

/*
 * Returns the directory of others' captures that XDPTAP_PACKETS names, or NULL if it names none.
 */
const char *captures_dir(void);

/* Opens DIR/captures/NAME.pcap or .pcapng. NULL: `err` says why, in PCAP_ERRBUF_SIZE bytes. */
struct pcap *capture_open(const char *dir, const char *name, char *err);

struct captured_frame {
	const unsigned char *data;
	unsigned int len; /* bytes captured */
};

/*
 * Every frame of the fixtures and of the others' captures, in the order of the
 * files' names; they live as long as the process. Exits if one can't be read.
 */
size_t captures_load(const struct captured_frame **frames);

#endif /* XDPTAP_TEST_CAPTURES_H */
