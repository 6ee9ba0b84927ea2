/* SPDX-License-Identifier: BSD-2-Clause */
/* Random frames, and frames with something random done to them; used by random_test.c. */
#ifndef XDPTAP_TEST_MUTATE_H
#define XDPTAP_TEST_MUTATE_H

#include "tests/bpf/frames.h"

/* Random numbers; the same from the same seed on every machine. */
struct rng {
	__u64 state;
};

struct rng rng_seeded(__u64 seed);
__u32 rng_below(struct rng *rng, __u32 limit); /* 0 to limit - 1 */
void rng_fill(struct rng *rng, void *to, __u32 bytes);

/* A frame without faults, of random headers: tags, IP options, extension headers, layer 4. */
void random_build(struct rng *rng, struct frame *f);

/* Ethernet, and noise after it. */
void random_noise(struct rng *rng, struct frame *f);

/*
 * A fault or two: bits flipped, the end cut off, a length or a type set to what
 * hurts, a piece of `other` put over it or after it, a random tail. It keeps
 * at least an Ethernet header.
 */
void mutate(struct rng *rng, struct frame *f, const struct frame *other);

#endif /* XDPTAP_TEST_MUTATE_H */
