/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/* What at_exit.c and at_exit.bpf.c put into a ring buffer. */
#ifndef XDPTAP_TEST_AT_EXIT_H
#define XDPTAP_TEST_AT_EXIT_H

/* abi.h comes first: the two find it in different folders. */
struct record {
	struct packet_event event;
	__u8 bytes[64]; /* captured */
};

#endif
