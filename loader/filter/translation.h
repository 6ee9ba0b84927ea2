/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a translation, for translate.c and load.c. */
#ifndef XDPTAP_LOADER_FILTER_TRANSLATION_H
#define XDPTAP_LOADER_FILTER_TRANSLATION_H

#include "loader/filter/emit.h"
#include "loader/filter/loops.h"

/*
 * No register survives a call, so none has to be saved for the caller: that costs more than the
 * slow copy's stores, which nearly no frame needs. R3 to R5 are those of the fast copy, in which
 * nothing is called; R1 to R5 are arguments of the helper function in the slow one.
 */
enum {
	A = BPF_REG_0,
	AT_X = BPF_REG_1, /* fast: the address of the byte at offset X */
	TMP = BPF_REG_2,
	X = BPF_REG_3,
	DATA = BPF_REG_4,     /* fast */
	DATA_END = BPF_REG_5, /* fast, XDP */
	COPIED = BPF_REG_5,   /* fast, trace: how many bytes are at DATA */
	FRAME = BPF_REG_1,    /* on entry */
	LEN = BPF_REG_2,      /* on entry */
};

/* The stack, by offsets from its end. */
enum {
	AT_FRAME = -8,
	AT_LEN = -16,
	AT_SAVED = -24,       /* slow: A or X during a call */
	AT_BYTES = -32,       /* slow: the bytes that were loaded */
	AT_MEMORY = AT_BYTES, /* M[0] is below it */
	AT_ROUNDS =
		AT_MEMORY - 4 * BPF_MEMWORDS, /* how many rounds each loop has left is below it */
};

struct translation {
	const struct sock_filter *program;
	size_t n;
	enum filter_target target;
	struct flow_fact *facts;
	struct emitter e;
	size_t pc;
	struct loops loops;
	bool slow;     /* the copy that is being written */
	bool any_load; /* bytes of the frame are wanted */
	bool any_x;    /* X is used */
};

/* Labels: the instructions of the fast copy, those of the slow one, and the verdicts. */
static inline __u32 translation_label(const struct translation *t, size_t pc, bool slow)
{
	return (__u32)(slow ? t->n + pc : pc);
}

static inline __u32 translation_label_match(const struct translation *t)
{
	return (__u32)(2 * t->n);
}

static inline __u32 translation_label_no_match(const struct translation *t)
{
	return (__u32)(2 * t->n + 1);
}

static inline void translation_no_match_if(struct translation *t, struct bpf_insn jump)
{
	emit_jump(&t->e, jump, translation_label_no_match(t));
}

/* Where a jump to an instruction leads in this copy. */
static inline __u32 translation_label_to(const struct translation *t, size_t pc)
{
	long target = flow_target(t->program, pc);

	return target == FLOW_MATCH      ? translation_label_match(t)
	       : target == FLOW_NO_MATCH ? translation_label_no_match(t)
					 : translation_label(t, pc, t->slow);
}

/* Whether the instruction after the current one is written directly after it. */
static inline bool translation_falls_to(const struct translation *t, size_t pc)
{
	return pc == t->pc + 1 && flow_target(t->program, pc) == (long)pc;
}

/* Goes on at an instruction: nothing if it is the next one anyway. */
static inline void translation_go_to(struct translation *t, size_t pc)
{
	if (!translation_falls_to(t, pc))
		emit_jump(&t->e, EMIT_GOTO, translation_label_to(t, pc));
}

/* The register that a load leaves its value in: A or X. */
static inline int translation_loaded(const struct sock_filter *insn)
{
	return BPF_CLASS(insn->code) == BPF_LDX ? X : A;
}

#endif
