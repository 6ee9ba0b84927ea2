/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interpreter of classic BPF as translate.h describes what it translates: that of libpcap, but
 * with a limited number of rounds, zeros in M[] at the beginning, and no bytes at offsets above
 * 65535.
 */
#ifndef XDPTAP_TEST_CLASSIC_RUN_H
#define XDPTAP_TEST_CLASSIC_RUN_H

#include <linux/filter.h>

#include "loader/filter/loops.h"

/* Whether the program jumped backwards. */
enum classic_run_back { CLASSIC_RUN_FORWARD, CLASSIC_RUN_BACK, CLASSIC_RUN_TOO_OFTEN };

/* Returns 1 if the frame matches, else 0. `loops` are the program's. */
int classic_run(const struct sock_filter *program, const struct loops *loops, const __u8 *frame,
		__u32 len, enum classic_run_back *back);

#endif
