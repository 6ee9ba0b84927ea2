/* SPDX-License-Identifier: BSD-2-Clause */
/* The loops of a classic program, and whether the verifier can follow them; used by translate.c. */
#ifndef XDPTAP_LOADER_FILTER_LOOPS_H
#define XDPTAP_LOADER_FILTER_LOOPS_H

#include "loader/filter/flow.h"

/* Loops that do not overlap, at most. */
#define LOOPS_MAX 8

struct loops {
	size_t n;
	struct {
		size_t first, last; /* instructions; loops that overlap are one */
	} loop[LOOPS_MAX];
};

/*
 * Finds the loops, of each of which `rounds` rounds are going to be possible. Returns 0, or -E2BIG
 * with the reason if these are too many, or have too many branches, for the verifier; -ENOMEM.
 */
int loops_find(const struct sock_filter *program, size_t n, const struct flow_fact *facts,
	       __u32 rounds, struct loops *loops, struct reason *why);

/* Whether an instruction is in a loop. */
bool loops_contain(const struct loops *loops, size_t pc);

/* Returns the index of the loop that an instruction is in; it must be in one. */
size_t loops_index(const struct loops *loops, size_t pc);

#endif
