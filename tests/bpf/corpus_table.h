/* SPDX-License-Identifier: BSD-2-Clause */
/* The table by kinds of frames that corpus_test.c prints at its end. */
#ifndef XDPTAP_TEST_CORPUS_TABLE_H
#define XDPTAP_TEST_CORPUS_TABLE_H

#include "tests/bpf/expected.h"

/* clang-format off */
enum corpus_row {
	RUNT, LLC, NON_IP,
	TCP4, UDP4, ICMP4, SCTP4, TUNNEL4, OTHER4, FRAG4, CUT4,
	TCP6, UDP6, ICMP6, OTHER6, EXT6, FRAG6, CUT6,
	TOTAL, TAGGED, TTL_BELOW_10,
	CORPUS_ROWS,
};
/* clang-format on */

/* A line of it: numbers of frames. */
struct corpus_line {
	unsigned int frames;
	unsigned int compared;  /* and had to be right */
	unsigned int tolerated; /* the other dissector is no fair judge */
	unsigned int deviating; /* of those */
	unsigned int skipped;
	unsigned int wrong;
};

/* Counts a frame in the lines that it belongs to; `wrong` fields of it differed. */
void corpus_count(struct corpus_line table[CORPUS_ROWS], const struct expected *e, int skipped,
		  int wrong);

/* Prints what was counted, as comments of TAP. */
void corpus_print(const struct corpus_line table[CORPUS_ROWS], const char *name);

#endif /* XDPTAP_TEST_CORPUS_TABLE_H */
