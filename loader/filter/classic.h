/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Classic BPF, the code that libpcap compiles an expression to: what of it can be translated, and
 * what an instruction is. Used by flow.c and translate.c.
 *
 * It has two registers, A and X, 16 words of scratch memory M[], and the bytes of the frame, in
 * network byte order. Everything begins as 0. A conditional jump goes forwards; an unconditional
 * one may go backwards, which libpcap uses for protochain.
 */
#ifndef XDPTAP_LOADER_FILTER_CLASSIC_H
#define XDPTAP_LOADER_FILTER_CLASSIC_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/filter.h>

#include "pin/reason.h"

/* Instructions of a program, at most. */
#define CLASSIC_MAX 16384

/*
 * Checks that each instruction is one that libpcap's interpreter knows, jumps to an instruction of
 * the program, uses a word that scratch memory has, neither divides by the constant 0 nor shifts
 * by a constant above 31, and that the last one returns. Returns 0, or -EINVAL or -E2BIG with the
 * reason.
 */
int classic_check(const struct sock_filter *program, size_t n, struct reason *why);

/* Whether the instruction loads bytes of the frame, into A or X. */
static inline bool classic_loads(const struct sock_filter *insn)
{
	__u16 mode = BPF_MODE(insn->code), class = BPF_CLASS(insn->code);

	return class <= BPF_LDX && (mode == BPF_ABS || mode == BPF_IND || mode == BPF_MSH);
}

/* Returns how many bytes such an instruction loads: 1, 2 or 4. */
static inline __u32 classic_bytes(const struct sock_filter *insn)
{
	return BPF_SIZE(insn->code) == BPF_W ? 4 : BPF_SIZE(insn->code) == BPF_H ? 2 : 1;
}

/* Whether it is an unconditional jump backwards, or to itself. */
static inline bool classic_jumps_back(const struct sock_filter *insn)
{
	return insn->code == (BPF_JMP | BPF_JA) && (__s32)insn->k < 0;
}

#endif
