/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the section `filter`, each in a file of its own. Return 0 or -errno. */
#ifndef XDPTAP_BENCH_FILTER_H
#define XDPTAP_BENCH_FILTER_H

struct bench;

/* What a packet costs that matches, and one that does not. */
int filter_cost(const struct bench *b);

/* Common expressions, beside tcpdump with the same ones. */
int filter_live(const struct bench *b);

/* How long attach and set take. */
int filter_start(const struct bench *b);

#endif
