/* SPDX-License-Identifier: BSD-2-Clause */
/* Which verdict is expected of a translated filter; used by filter_test.c and filter_random_test.c.
 */
#ifndef XDPTAP_TEST_VERDICT_H
#define XDPTAP_TEST_VERDICT_H

#include "loader/filter/loops.h"

/* A classic program, and what has to be known of it. */
struct verdict {
	const struct sock_filter *program;
	size_t n;
	struct flow_fact *facts;
	struct loops loops;
	bool libpcap; /* libpcap's verdict is defined */
};

/*
 * `ends`: libpcap made the program, so it ends. libpcap's verdict is not defined if the program may
 * read a word of scratch memory that it has not written before, as that of "geneve or tcp" does.
 * Returns 0, or -errno if translate_program() refuses it, too. The program must outlive *v.
 */
int verdict_open(struct verdict *v, const struct sock_filter *program, size_t n, bool ends);
void verdict_close(struct verdict *v);

/*
 * Returns 1 for a match, 0, or -1 if libpcap and classic_run() disagree. Adds 1 to *back if the
 * program jumped backwards, unless back is NULL.
 */
int verdict_of(const struct verdict *v, const __u8 *frame, __u32 len, size_t *back);

#endif
