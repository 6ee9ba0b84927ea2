// SPDX-License-Identifier: BSD-2-Clause
/* From classic BPF to eBPF; called for an expression that compile.c has compiled. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/filter/emit.h"
#include "loader/filter/loops.h"
#include "loader/filter/translate.h"

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
static __u32 label_of(const struct translation *t, size_t pc, bool slow)
{
	return (__u32)(slow ? t->n + pc : pc);
}

static __u32 label_match(const struct translation *t)
{
	return (__u32)(2 * t->n);
}

static __u32 label_no_match(const struct translation *t)
{
	return (__u32)(2 * t->n + 1);
}

static void no_match_if(struct translation *t, struct bpf_insn jump)
{
	emit_jump(&t->e, jump, label_no_match(t));
}

/* Where a jump to an instruction leads in this copy. */
static __u32 label_to(const struct translation *t, size_t pc)
{
	long target = flow_target(t->program, pc);

	return target == FLOW_MATCH      ? label_match(t)
	       : target == FLOW_NO_MATCH ? label_no_match(t)
					 : label_of(t, pc, t->slow);
}

/* Whether the instruction after the current one is written directly after it. */
static bool falls_to(const struct translation *t, size_t pc)
{
	return pc == t->pc + 1 && flow_target(t->program, pc) == (long)pc;
}

static void go_to(struct translation *t, size_t pc)
{
	if (!falls_to(t, pc))
		emit_jump(&t->e, EMIT_GOTO, label_to(t, pc));
}

static int in_memory(__u32 word)
{
	return AT_MEMORY - 4 * ((int)word + 1);
}

static int rounds_left(size_t loop)
{
	return AT_ROUNDS - 8 * ((int)loop + 1);
}

static __u8 size_of(const struct sock_filter *insn)
{
	return BPF_SIZE(insn->code);
}

static int register_loaded(const struct sock_filter *insn)
{
	return BPF_CLASS(insn->code) == BPF_LDX ? X : A;
}

/* What becomes of the bytes that were just loaded. */
static void convert(struct translation *t, const struct sock_filter *insn)
{
	if (BPF_MODE(insn->code) == BPF_MSH) {
		emit_insn(&t->e, EMIT_ALU32_K(BPF_AND, X, 0xf));
		emit_insn(&t->e, EMIT_ALU32_K(BPF_LSH, X, 2));
	} else if (classic_bytes(insn) > 1) {
		emit_insn(&t->e, EMIT_FROM_NETWORK(A, 8 * classic_bytes(insn)));
	}
}

/* Makes sure that the first `end` bytes from `from` on lie in the first buffer, or have been
 * copied; or goes to the slow copy. */
static void check_in_place(struct translation *t, int from, __u32 end)
{
	__u32 otherwise = label_of(t, t->pc, true);

	if (t->target == FILTER_XDP) {
		emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, TMP, from));
		emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, TMP, end));
		emit_jump(&t->e, EMIT_JUMP64_X(BPF_JGT, TMP, DATA_END), otherwise);
	} else if (from == DATA) {
		emit_jump(&t->e, EMIT_JUMP64_K(BPF_JLT, COPIED, end), otherwise);
	} else {
		emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, TMP, X));
		emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, TMP, end));
		emit_jump(&t->e, EMIT_JUMP64_X(BPF_JGT, TMP, COPIED), otherwise);
	}
}

static void load_fast(struct translation *t, const struct sock_filter *insn)
{
	const struct flow_fact *fact = &t->facts[t->pc];
	bool indirect = BPF_MODE(insn->code) == BPF_IND;
	__u32 limit = flow_in_place_max(t->target);
	int from = indirect ? AT_X : DATA;

	switch (flow_load(insn, fact, t->target)) {
	case FLOW_LOAD_BEYOND:
		emit_jump(&t->e, EMIT_GOTO, label_no_match(t));
		return;
	case FLOW_LOAD_SLOW:
		emit_jump(&t->e, EMIT_GOTO, label_of(t, t->pc, true));
		return;
	case FLOW_LOAD_CHECK:
		if (indirect && !fact->checked_x) {
			if (fact->x_max > limit)
				emit_jump(&t->e, EMIT_JUMP64_K(BPF_JGT, X, limit),
					  label_of(t, t->pc, true));
			emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, AT_X, DATA));
			emit_insn(&t->e, EMIT_ALU64_X(BPF_ADD, AT_X, X));
		}
		check_in_place(t, from, insn->k + classic_bytes(insn));
		break;
	case FLOW_LOAD_CHECKED:
		break;
	}
	emit_insn(&t->e, EMIT_LOAD(size_of(insn), register_loaded(insn), from, insn->k));
	convert(t, insn);
	go_to(t, t->pc + 1);
}

/* How many bytes the helper function can read: those of the frame, or of its first buffer. */
static void load_readable(struct translation *t, int to)
{
	if (t->target == FILTER_XDP) {
		emit_insn(&t->e, EMIT_LOAD(BPF_W, to, BPF_REG_10, AT_LEN));
		return;
	}
	emit_insn(&t->e, EMIT_LOAD(BPF_DW, to, BPF_REG_10, AT_FRAME));
	emit_insn(&t->e, EMIT_LOAD(BPF_W, to, to, offsetof(struct filter_traced_frame, linear)));
}

/*
 * A frame that ends before these bytes does not match. That is found out here without a call: it is
 * what brings most frames into the slow copy. Leaves their offset in R2.
 */
static void check_length(struct translation *t, const struct sock_filter *insn)
{
	__u32 bytes = classic_bytes(insn);

	if (BPF_MODE(insn->code) != BPF_IND) {
		load_readable(t, TMP);
		no_match_if(t, EMIT_JUMP64_K(BPF_JLT, TMP, insn->k + bytes));
		emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, BPF_REG_2, insn->k));
		return;
	}
	/* The sum has 64 bits, so it never begins again at 0. */
	emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, BPF_REG_2, X));
	emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, BPF_REG_2, insn->k));
	emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, BPF_REG_4, BPF_REG_2));
	emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, BPF_REG_4, bytes));
	load_readable(t, BPF_REG_5);
	no_match_if(t, EMIT_JUMP64_X(BPF_JGT, BPF_REG_4, BPF_REG_5));
}

/* Calls the helper function, for `bytes` bytes from the offset in R2 on. */
static void call_load(struct translation *t, __u32 bytes)
{
	if (t->target == FILTER_TRACE) {
		emit_insn(&t->e, EMIT_LOAD(BPF_DW, BPF_REG_1, BPF_REG_10, AT_FRAME));
		emit_insn(&t->e, EMIT_LOAD(BPF_DW, BPF_REG_3, BPF_REG_1,
					   offsetof(struct filter_traced_frame, data)));
		emit_insn(&t->e, EMIT_ALU64_X(BPF_ADD, BPF_REG_3, BPF_REG_2));
		emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, BPF_REG_1, BPF_REG_10));
		emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, BPF_REG_1, AT_BYTES));
		emit_insn(&t->e, EMIT_ALU64_K(BPF_MOV, BPF_REG_2, bytes));
		emit_insn(&t->e, EMIT_CALL(BPF_FUNC_probe_read_kernel));
		return;
	}
	emit_insn(&t->e, EMIT_LOAD(BPF_DW, BPF_REG_1, BPF_REG_10, AT_FRAME));
	emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, BPF_REG_3, BPF_REG_10));
	emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, BPF_REG_3, AT_BYTES));
	emit_insn(&t->e, EMIT_ALU64_K(BPF_MOV, BPF_REG_4, bytes));
	emit_insn(&t->e, EMIT_CALL(BPF_FUNC_xdp_load_bytes));
}

static void load_slow(struct translation *t, const struct sock_filter *insn)
{
	int kept = register_loaded(insn) == A ? X : A;
	bool keep = kept == A || t->any_x;

	if (insn->k > FLOW_LOAD_MAX) {
		emit_jump(&t->e, EMIT_GOTO, label_no_match(t));
		return;
	}
	check_length(t, insn);
	if (keep)
		emit_insn(&t->e, EMIT_STORE(BPF_DW, BPF_REG_10, AT_SAVED, kept));
	call_load(t, classic_bytes(insn));
	no_match_if(t, EMIT_JUMP64_K(BPF_JNE, BPF_REG_0, 0));
	if (keep)
		emit_insn(&t->e, EMIT_LOAD(BPF_DW, kept, BPF_REG_10, AT_SAVED));
	emit_insn(&t->e, EMIT_LOAD(size_of(insn), register_loaded(insn), BPF_REG_10, AT_BYTES));
	convert(t, insn);
	go_to(t, t->pc + 1);
}

/* A load that reads nothing of the frame. */
static void load_value(struct translation *t, const struct sock_filter *insn)
{
	int reg = register_loaded(insn);

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
	go_to(t, t->pc + 1);
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
	go_to(t, t->pc + 1);
}

/* The first buffer. In a loop again and again: so its bytes are unchecked at the start of a round.
 */
static void load_bounds(struct translation *t, int frame)
{
	if (t->target == FILTER_TRACE) {
		emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, DATA, frame));
		emit_insn(&t->e,
			  EMIT_ALU64_K(BPF_ADD, DATA, offsetof(struct filter_traced_frame, bytes)));
		emit_insn(&t->e, EMIT_LOAD(BPF_W, COPIED, frame,
					   offsetof(struct filter_traced_frame, copied)));
		return;
	}
	emit_insn(&t->e, EMIT_LOAD(BPF_W, DATA, frame, offsetof(struct xdp_md, data)));
	emit_insn(&t->e, EMIT_LOAD(BPF_W, DATA_END, frame, offsetof(struct xdp_md, data_end)));
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
			no_match_if(t, EMIT_JUMP32_K(BPF_JEQ, X, 0));
		emit_insn(&t->e, EMIT_ALU32_X(op, A, X));
	}
	go_to(t, t->pc + 1);
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

	if (label_to(t, if_true) == label_to(t, if_false)) {
		go_to(t, if_true);
	} else if (falls_to(t, if_true) && opposite(op)) {
		emit_jump(&t->e, condition(insn, opposite(op)), label_to(t, if_false));
	} else {
		emit_jump(&t->e, condition(insn, op), label_to(t, if_true));
		go_to(t, if_false);
	}
}

/* Backwards only while there are rounds left, so that the verifier sees an end. */
static void jump(struct translation *t, const struct sock_filter *insn)
{
	size_t to = (size_t)((__s64)t->pc + 1 + (__s32)insn->k);

	if (classic_jumps_back(insn)) {
		int left = rounds_left(loops_index(&t->loops, t->pc));

		emit_insn(&t->e, EMIT_LOAD(BPF_DW, TMP, BPF_REG_10, left));
		no_match_if(t, EMIT_JUMP64_K(BPF_JEQ, TMP, 0));
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
	go_to(t, to);
}

static void verdict(struct translation *t, const struct sock_filter *insn)
{
	if (insn->code == (BPF_RET | BPF_A)) {
		no_match_if(t, EMIT_JUMP32_K(BPF_JEQ, A, 0));
		emit_jump(&t->e, EMIT_GOTO, label_match(t));
	} else { /* only the very first instruction: others are jumped to as a verdict */
		emit_jump(&t->e, EMIT_GOTO, label_to(t, t->pc));
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
		else if (t->slow)
			load_slow(t, insn);
		else
			load_fast(t, insn);
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
		go_to(t, t->pc + 1);
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
		label = label_of(t, t->pc, slow);
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
			no_match_if(t, EMIT_JUMP64_K(BPF_JEQ, FRAME, 0));
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
	err = emit_open(&t.e, label_no_match(&t) + 1);
	if (err) {
		reason_set(why, err, "%s", strerror(-err));
		goto out;
	}
	write_entry(&t);
	write_copy(&t, false);
	write_copy(&t, true);
	write_verdict(&t, label_match(&t), 1);
	write_verdict(&t, label_no_match(&t), 0);
	err = emit_finish(&t.e, code, count, why);
out:
	emit_close(&t.e);
	free(t.facts);
	return err;
}
