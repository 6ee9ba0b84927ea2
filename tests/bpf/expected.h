/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of what a parser must find in each frame of a set of captures, as
 * the standards say or another dissector found it; used by corpus_test.c.
 */
#ifndef XDPTAP_TEST_EXPECTED_H
#define XDPTAP_TEST_EXPECTED_H

#include <stddef.h>
#include <stdio.h>
#include <linux/types.h>

enum expected_frag { FRAG_NONE, FRAG_FIRST, FRAG_LATER, FRAG_ATOMIC };

/* More than these are counted, but not kept: the program walks 4 tags and 8 headers. */
#define EXPECTED_MAX_TAGS  8
#define EXPECTED_MAX_CHAIN 16

/* One frame. Numbers are -1 where the table has nothing. */
struct expected {
	unsigned int frame; /* from 1 */
	unsigned int len;   /* bytes on the wire */
	unsigned int cap;   /* bytes captured */
	int runt;           /* less than an Ethernet header */
	int llc;            /* an 802.3 length in place of a type */
	int tags;
	int vlan[EXPECTED_MAX_TAGS]; /* IDs, in wire order */
	int ip;                      /* 4, 6; 0: none directly after the tags */
	int has_addresses;
	__u8 src[16], dst[16]; /* as in packet_event */
	int ttl;
	int chain_len;
	int chain[EXPECTED_MAX_CHAIN]; /* extension headers, then the protocol */
	enum expected_frag frag;
	int sport, dport;
	int tcp_flags; /* 12 bits */
	int icmp_type, icmp_code;
	char why[64]; /* not empty: the other dissector is no fair judge of this frame */
};

/* A part of the table, of one capture. */
struct expected_capture {
	char name[128];
	long offset; /* in the file */
	unsigned int frames;
};

/* The captures of the table, in its order; the caller frees them. Exits on an unreadable table. */
size_t expected_captures(FILE *table, struct expected_capture **captures);

/* Reads the next frame. 1, or 0 at its capture's end. Exits on what is not understood. */
int expected_next(FILE *table, struct expected *e);

#endif /* XDPTAP_TEST_EXPECTED_H */
