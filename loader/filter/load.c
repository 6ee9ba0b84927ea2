// SPDX-License-Identifier: BSD-2-Clause
/*
 * Loads of the bytes of a frame, which is where XDP programs and trace programs differ; used by
 * translate.c.
 */
#include "loader/filter/load.h"

static __u8 size_of(const struct sock_filter *insn)
{
	return BPF_SIZE(insn->code);
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
	__u32 otherwise = translation_label(t, t->pc, true);

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
		emit_jump(&t->e, EMIT_GOTO, translation_label_no_match(t));
		return;
	case FLOW_LOAD_SLOW:
		emit_jump(&t->e, EMIT_GOTO, translation_label(t, t->pc, true));
		return;
	case FLOW_LOAD_CHECK:
		if (indirect && !fact->checked_x) {
			if (fact->x_max > limit)
				emit_jump(&t->e, EMIT_JUMP64_K(BPF_JGT, X, limit),
					  translation_label(t, t->pc, true));
			emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, AT_X, DATA));
			emit_insn(&t->e, EMIT_ALU64_X(BPF_ADD, AT_X, X));
		}
		check_in_place(t, from, insn->k + classic_bytes(insn));
		break;
	case FLOW_LOAD_CHECKED:
		break;
	}
	emit_insn(&t->e, EMIT_LOAD(size_of(insn), translation_loaded(insn), from, insn->k));
	convert(t, insn);
	translation_go_to(t, t->pc + 1);
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
		translation_no_match_if(t, EMIT_JUMP64_K(BPF_JLT, TMP, insn->k + bytes));
		emit_insn(&t->e, EMIT_ALU32_K(BPF_MOV, BPF_REG_2, insn->k));
		return;
	}
	/* The sum has 64 bits, so it never begins again at 0. */
	emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, BPF_REG_2, X));
	emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, BPF_REG_2, insn->k));
	emit_insn(&t->e, EMIT_ALU64_X(BPF_MOV, BPF_REG_4, BPF_REG_2));
	emit_insn(&t->e, EMIT_ALU64_K(BPF_ADD, BPF_REG_4, bytes));
	load_readable(t, BPF_REG_5);
	translation_no_match_if(t, EMIT_JUMP64_X(BPF_JGT, BPF_REG_4, BPF_REG_5));
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
	int kept = translation_loaded(insn) == A ? X : A;
	bool keep = kept == A || t->any_x;

	if (insn->k > FLOW_LOAD_MAX) {
		emit_jump(&t->e, EMIT_GOTO, translation_label_no_match(t));
		return;
	}
	check_length(t, insn);
	if (keep)
		emit_insn(&t->e, EMIT_STORE(BPF_DW, BPF_REG_10, AT_SAVED, kept));
	call_load(t, classic_bytes(insn));
	translation_no_match_if(t, EMIT_JUMP64_K(BPF_JNE, BPF_REG_0, 0));
	if (keep)
		emit_insn(&t->e, EMIT_LOAD(BPF_DW, kept, BPF_REG_10, AT_SAVED));
	emit_insn(&t->e, EMIT_LOAD(size_of(insn), translation_loaded(insn), BPF_REG_10, AT_BYTES));
	convert(t, insn);
	translation_go_to(t, t->pc + 1);
}

void load_bytes(struct translation *t, const struct sock_filter *insn)
{
	if (t->slow)
		load_slow(t, insn);
	else
		load_fast(t, insn);
}

void load_bounds(struct translation *t, int frame)
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
