// SPDX-License-Identifier: BSD-2-Clause
/* The second opinion of filter_random_test.c and filter_fuzz.c, written from bpf(4). */
#include <stdlib.h>

#include "loader/filter/translate.h"
#include "tests/bpf/classic_run.h"

struct machine {
	__u32 a, x, m[BPF_MEMWORDS];
	const __u8 *frame;
	__u32 len;
};

/* Loads big-endian bytes. Returns whether they are there. */
static bool load(const struct machine *m, __u64 off, __u32 bytes, __u32 *value)
{
	__u32 sum = 0;

	if (off > 0xffff || off + bytes > m->len)
		return false;
	for (__u32 i = 0; i < bytes; i++)
		sum = sum << 8 | m->frame[off + i];
	*value = sum;
	return true;
}

/* Returns whether there is a result. */
static bool alu(__u16 op, __u32 *a, __u32 b)
{
	switch (op) {
	case BPF_ADD:
		*a += b;
		return true;
	case BPF_SUB:
		*a -= b;
		return true;
	case BPF_MUL:
		*a *= b;
		return true;
	case BPF_AND:
		*a &= b;
		return true;
	case BPF_OR:
		*a |= b;
		return true;
	case BPF_XOR:
		*a ^= b;
		return true;
	case BPF_LSH:
		*a = b < 32 ? *a << b : 0;
		return true;
	case BPF_RSH:
		*a = b < 32 ? *a >> b : 0;
		return true;
	case BPF_NEG:
		*a = 0 - *a;
		return true;
	}
	if (!b)
		return false;
	*a = op == BPF_DIV ? *a / b : *a % b;
	return true;
}

static bool holds(__u16 op, __u32 a, __u32 b)
{
	switch (op) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	default:
		return a & b;
	}
}

/* An instruction that loads. Returns whether it could. */
static bool run_load(struct machine *m, const struct sock_filter *insn)
{
	__u32 *to = BPF_CLASS(insn->code) == BPF_LDX ? &m->x : &m->a;
	__u32 bytes = BPF_SIZE(insn->code) == BPF_W ? 4 : BPF_SIZE(insn->code) == BPF_H ? 2 : 1;

	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		return load(m, insn->k, bytes, to);
	case BPF_IND:
		return load(m, (__u64)m->x + insn->k, bytes, to);
	case BPF_MSH:
		if (!load(m, insn->k, 1, to))
			return false;
		*to = (*to & 0xf) * 4;
		return true;
	case BPF_LEN:
		*to = m->len;
		return true;
	case BPF_MEM:
		*to = m->m[insn->k];
		return true;
	}
	*to = insn->k;
	return true;
}

int classic_run(const struct sock_filter *program, const struct loops *loops, const __u8 *frame,
		__u32 len, enum classic_run_back *back)
{
	struct machine m = { .frame = frame, .len = len };
	__u32 rounds[LOOPS_MAX] = { 0 };

	*back = CLASSIC_RUN_FORWARD;
	for (size_t pc = 0;; pc++) {
		const struct sock_filter *insn = &program[pc];
		__u32 b = BPF_SRC(insn->code) == BPF_X ? m.x : insn->k;

		switch (BPF_CLASS(insn->code)) {
		case BPF_LD:
		case BPF_LDX:
			if (!run_load(&m, insn))
				return 0;
			break;
		case BPF_ST:
			m.m[insn->k] = m.a;
			break;
		case BPF_STX:
			m.m[insn->k] = m.x;
			break;
		case BPF_ALU:
			if (!alu(BPF_OP(insn->code), &m.a, b))
				return 0;
			break;
		case BPF_JMP:
			if (BPF_OP(insn->code) != BPF_JA) {
				pc += holds(BPF_OP(insn->code), m.a, b) ? insn->jt : insn->jf;
				break;
			}
			if ((__s32)insn->k < 0) {
				*back = CLASSIC_RUN_BACK;
				if (rounds[loops_index(loops, pc)]++ == TRANSLATE_ROUNDS_MAX) {
					*back = CLASSIC_RUN_TOO_OFTEN;
					return 0;
				}
			}
			pc = (size_t)((__s64)pc + (__s32)insn->k);
			break;
		case BPF_RET:
			return insn->code == (BPF_RET | BPF_A) ? m.a != 0 : insn->k != 0;
		case BPF_MISC:
			if (BPF_MISCOP(insn->code) == BPF_TAX)
				m.x = m.a;
			else
				m.a = m.x;
			break;
		}
	}
}
