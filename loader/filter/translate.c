// SPDX-License-Identifier: BSD-2-Clause
/* From classic BPF to eBPF; called for an expression that libpcap has compiled. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/filter/load.h"
#include "loader/filter/translate.h"

static int in_memory(__u32 word)
{
	return AT_MEMORY - 4 * ((int)word + 1);
}

static int rounds_left(size_t loop)
{
	return AT_ROUNDS - 8 * ((int)loop + 1);
}

/* A load that reads nothing of the frame. */
static void load_value(struct translation *t, const struct sock_filter *insn)
{
	int reg = translation_loaded(insn);

	switch (BPF_MODE(insn->code)) {
	case BPF_IMM:
		emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, reg, insn->k));
		break;
	case BPF_MEM:
		emit_insn(&t->e, EMIT_LOAD(BPF_W, reg, BPF_REG_10, in_memory(insn->k)));
		break;
	case BPF_LEN:
		emit_insn(&t->e, EMIT_LOAD(BPF_W, reg, BPF_REG_10, AT_LEN));
		break;
	}
	translation_go_to(t, t->pc + 1);
}

/*
 * Makes the verifier forget what it knows of a number, by another one that it does not know. In a
 * loop, the ways through a round, each with bounds of its own, would multiply with those through
 * the next one. Changes TMP.
 */
static void forget(struct translation *t, int reg)
{
	emit_insn(&t->e, EMIT_LOAD(BPF_W, TMP, BPF_REG_10, AT_LEN));
	emit_insn(&t->e, EMIT_ALU32_X(BPF_XOR, reg, TMP));
	emit_insn(&t->e, EMIT_ALU32_X(BPF_XOR, reg, TMP));
}

static void store(struct translation *t, const struct sock_filter *insn)
{
	int reg = BPF_CLASS(insn->code) == BPF_STX ? X : A;

	if (t->loops.n)
		forget(t, reg);
	emit_insn(&t->e, EMIT_STORE(BPF_W, BPF_REG_10, in_memory(insn->k), reg));
	translation_go_to(t, t->pc + 1);
}

/* A shift by X, of which eBPF takes the lowest bits only. */
static void shift_by_x(struct translation *t, __u8 op)
{
	struct bpf_insn over;

	over = EMIT_JUMP32_K(BPF_JLT, X, 32);
	over.off = 2;
	emit_insn(&t->e, over);
	emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, A, 0));
	over = EMIT_GOTO;
	over.off = 1;
	emit_insn(&t->e, over);
	emit_insn(&t->e, EMIT_ALU32_X(op, A, X));
}

static void alu(struct translation *t, const struct sock_filter *insn)
{
	bool by_x = BPF_SRC(insn->code) == BPF_X;
	__u8 op = BPF_OP(insn->code);

	if (op == BPF_NEG) {
		emit_insn(&t->e, EMIT_INSN(BPF_ALU | BPF_NEG, A, 0, 0, 0));
	} else if (!by_x) {
		emit_insn(&t->e, EMIT_ALU32_K(op, A, insn->k));
	} else if (op == BPF_LSH || op == BPF_RSH) {
		shift_by_x(t, op);
	} else {
		if (op == BPF_DIV || op == BPF_MOD)
			translation_no_match_if(t, EMIT_JUMP32_K(BPF_JEQ, X, 0));
		emit_insn(&t->e, EMIT_ALU32_X(op, A, X));
	}
	translation_go_to(t, t->pc + 1);
}

static struct bpf_insn condition(const struct sock_filter *insn, __u8 op)
{
	return BPF_SRC(insn->code) == BPF_X ? EMIT_JUMP32_X(op, A, X)
					    : EMIT_JUMP32_K(op, A, insn->k);
}

/* Returns the opposite of a condition; JSET has none. */
static __u8 opposite(__u8 op)
{
	switch (op) {
	case BPF_JEQ:
		return BPF_JNE;
	case BPF_JGT:
		return BPF_JLE;
	case BPF_JGE:
		return BPF_JLT;
	}
	return 0;
}

static void jump_if(struct translation *t, const struct sock_filter *insn)
{
	size_t if_true = t->pc + 1 + insn->jt, if_false = t->pc + 1 + insn->jf;
	__u8 op = BPF_OP(insn->code);

	if (translation_label_to(t, if_true) == translation_label_to(t, if_false)) {
		translation_go_to(t, if_true);
	} else if (translation_falls_to(t, if_true) && opposite(op)) {
		emit_jump(&t->e, condition(insn, opposite(op)), translation_label_to(t, if_false));
	} else {
		emit_jump(&t->e, condition(insn, op), translation_label_to(t, if_true));
		translation_go_to(t, if_false);
	}
}

/* Backwards only while there are rounds left, so that the verifier sees an end. */
static void jump(struct translation *t, const struct sock_filter *insn)
{
	size_t to = (size_t)((__s64)t->pc + 1 + (__s32)insn->k);

	if (classic_jumps_back(insn)) {
		int left = rounds_left(loops_index(&t->loops, t->pc));

		emit_insn(&t->e, EMIT_LOAD(BPF_DW, TMP, BPF_REG_10, left));
		translation_no_match_if(t, EMIT_JUMP64_K(BPF_JEQ, TMP, 0));
		emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, TMP, -1));
		emit_insn(&t->e, EMIT_STORE(BPF_DW, BPF_REG_10, left, TMP));
		forget(t, A);
		if (t->any_x)
			forget(t, X);
		if (!t->slow && t->any_load) {
			emit_insn(&t->e, EMIT_LOAD(BPF_DW, TMP, BPF_REG_10, AT_FRAME));
			load_bounds(t, TMP);
		}
	}
	translation_go_to(t, to);
}

static void verdict(struct translation *t, const struct sock_filter *insn)
{
	if (insn->code == (BPF_RET | BPF_A)) {
		translation_no_match_if(t, EMIT_JUMP32_K(BPF_JEQ, A, 0));
		emit_jump(&t->e, EMIT_GOTO, translation_label_match(t));
	} else { /* only the very first instruction: others are jumped to as a verdict */
		emit_jump(&t->e, EMIT_GOTO, translation_label_to(t, t->pc));
	}
}

static void write_instruction(struct translation *t)
{
	const struct sock_filter *insn = &t->program[t->pc];

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		if (!classic_loads(insn))
			load_value(t, insn);
		else
			load_bytes(t, insn);
		break;
	case BPF_ST:
	case BPF_STX:
		store(t, insn);
		break;
	case BPF_ALU:
		alu(t, insn);
		break;
	case BPF_JMP:
		if (BPF_OP(insn->code) == BPF_JA)
			jump(t, insn);
		else
			jump_if(t, insn);
		break;
	case BPF_RET:
		verdict(t, insn);
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			emit_insn(&t->e, EMIT_ALU32_X(BPF_MOV, X, A));
		else
			emit_insn(&t->e, EMIT_ALU32_X(BPF_MOV, A, X));
		translation_go_to(t, t->pc + 1);
		break;
	}
}

/* Writes those instructions of a copy that are reached. */
static void write_copy(struct translation *t, bool slow)
{
	t->slow = slow;
	for (t->pc = 0; t->pc < t->n; t->pc++) {
		const struct flow_fact *fact = &t->facts[t->pc];
		__u32 label;

		/* A verdict is jumped to at the end of the function. */
		if (!(slow ? fact->slow : fact->fast) ||
		    (t->pc && flow_target(t->program, t->pc) < 0))
			continue;
		label = translation_label(t, t->pc, slow);
		if (loops_contain(&t->loops, t->pc) && (fact->loop || emit_used(&t->e, label)))
			emit_end_with_jump(&t->e);
		emit_place(&t->e, label);
		write_instruction(t);
	}
}

static bool reads_memory(const struct sock_filter *insn)
{
	return BPF_CLASS(insn->code) <= BPF_LDX && BPF_MODE(insn->code) == BPF_MEM;
}

static bool uses_x(const struct sock_filter *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		return BPF_MODE(insn->code) == BPF_IND;
	case BPF_LDX:
	case BPF_STX:
	case BPF_MISC:
		return true;
	case BPF_ALU:
	case BPF_JMP:
		return BPF_SRC(insn->code) == BPF_X;
	}
	return false;
}

/*
 * In a program with loops half by half, whose value the verifier does not know then. Of a whole one
 * it would learn wherever a copy is compared, and would follow a loop for each length that it
 * distinguishes.
 */
static void store_length(struct translation *t)
{
	const int little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

	if (!t->loops.n) {
		emit_insn(&t->e, EMIT_STORE(BPF_W, BPF_REG_10, AT_LEN, LEN));
		return;
	}
	emit_insn(&t->e, EMIT_STORE(BPF_H, BPF_REG_10, AT_LEN + (little ? 0 : 2), LEN));
	emit_insn(&t->e, EMIT_ALU32_K(BPF_RSH, LEN, 16));
	emit_insn(&t->e, EMIT_STORE(BPF_H, BPF_REG_10, AT_LEN + (little ? 2 : 0), LEN));
}

/* What the instructions find when they begin: registers, addresses, and zeros. */
static void write_entry(struct translation *t)
{
	bool any_len = false;
	__u16 zero = 0;

	for (size_t pc = 0; pc < t->n; pc++) {
		const struct sock_filter *insn = &t->program[pc];

		if (!t->facts[pc].reached)
			continue;
		t->any_load |= classic_loads(insn);
		t->any_x |= uses_x(insn);
		any_len |= BPF_MODE(insn->code) == BPF_LEN && BPF_CLASS(insn->code) <= BPF_LDX;
		if (reads_memory(insn))
			zero |= (__u16)(1u << insn->k & ~t->facts[pc].stored);
	}
	if (t->any_load || any_len || t->loops.n)
		store_length(t);
	if (t->any_load) {
		/* The verifier takes the argument of a global function for one that may be NULL. */
		if (t->target == FILTER_TRACE)
			translation_no_match_if(t, EMIT_JUMP64_K(BPF_JEQ, FRAME, 0));
		emit_insn(&t->e, EMIT_STORE(BPF_DW, BPF_REG_10, AT_FRAME, FRAME));
		load_bounds(t, FRAME);
	}
	emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, A, 0));
	if (zero && t->loops.n)
		forget(t, A);
	for (__u32 word = 0; word < BPF_MEMWORDS; word++)
		if (zero >> word & 1)
			emit_insn(&t->e, EMIT_STORE(BPF_W, BPF_REG_10, in_memory(word), A));
	if (zero && t->loops.n)
		emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, A, 0));
	if (t->any_x)
		emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, X, 0));
	/* Through a register: of a constant that is stored, the verifier forgets the value. */
	if (t->loops.n)
		emit_insn(&t->e, EMIT_ALU64_K(BPF_MOV, TMP, TRANSLATE_ROUNDS_MAX));
	for (size_t i = 0; i < t->loops.n; i++)
		emit_insn(&t->e, EMIT_STORE(BPF_DW, BPF_REG_10, rounds_left(i), TMP));
}

/* What nobody jumps to is left out: the verifier refuses code that is not reached. */
static void write_verdict(struct translation *t, __u32 label, int matches)
{
	if (!emit_used(&t->e, label))
		return;
	emit_place(&t->e, label);
	emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, BPF_REG_0, matches));
	emit_insn(&t->e, EMIT_EXIT);
}

int translate_program(const struct sock_filter *program, size_t n, enum filter_target target,
		      struct bpf_insn **code, size_t *count, struct reason *why)
{
	struct translation t = { .program = program, .n = n, .target = target };
	int err = classic_check(program, n, why);

	if (err)
		return err;
	t.facts = malloc(n * sizeof(*t.facts));
	if (!t.facts)
		return reason_set(why, -ENOMEM, "%s", strerror(ENOMEM));
	flow_analyze(program, n, target, t.facts);
	err = loops_find(program, n, t.facts, TRANSLATE_ROUNDS_MAX, &t.loops, why);
	if (err)
		goto out;
	err = emit_open(&t.e, translation_label_no_match(&t) + 1);
	if (err) {
		reason_set(why, err, "%s", strerror(-err));
		goto out;
	}
	write_entry(&t);
	write_copy(&t, false);
	write_copy(&t, true);
	write_verdict(&t, translation_label_match(&t), 1);
	write_verdict(&t, translation_label_no_match(&t), 0);
	err = emit_finish(&t.e, code, count, why);
out:
	emit_close(&t.e);
	free(t.facts);
	return err;
}
