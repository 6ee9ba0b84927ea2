/* SPDX-License-Identifier: BSD-2-Clause */
/* Random filters: expressions and classic programs; used by filter_random_test.c. */
#ifndef XDPTAP_TEST_FILTER_MAKE_H
#define XDPTAP_TEST_FILTER_MAKE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/filter.h>

#include "tests/bpf/mutate.h"

#define FILTER_MAKE_EXPRESSION_MAX 4096
#define FILTER_MAKE_PROGRAM_MAX    256

/* An expression of pcap-filter(7), which libpcap may refuse all the same. */
void filter_make_expression(struct rng *rng, char text[FILTER_MAKE_EXPRESSION_MAX]);

/*
 * A classic program that classic_check() passes. Returns the number of instructions. With `loops`,
 * some jumps go backwards.
 */
size_t filter_make_program(struct rng *rng, bool loops,
			   struct sock_filter program[FILTER_MAKE_PROGRAM_MAX]);

#endif
