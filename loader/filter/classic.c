// SPDX-License-Identifier: BSD-2-Clause
/* Checks classic BPF before translate.c translates it. */
#include <errno.h>

#include "loader/filter/classic.h"

/* Whether libpcap's interpreter, bpf_filter.c, knows the instruction. */
static bool known(__u16 code)
{
	switch (code) {
	case BPF_LD | BPF_W | BPF_ABS:
	case BPF_LD | BPF_H | BPF_ABS:
	case BPF_LD | BPF_B | BPF_ABS:
	case BPF_LD | BPF_W | BPF_IND:
	case BPF_LD | BPF_H | BPF_IND:
	case BPF_LD | BPF_B | BPF_IND:
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_B | BPF_MSH:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_IMM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
	case BPF_ALU | BPF_NEG:
	case BPF_JMP | BPF_JA:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
		return true;
	}
	switch (code & ~BPF_X) {
	case BPF_ALU | BPF_ADD:
	case BPF_ALU | BPF_SUB:
	case BPF_ALU | BPF_MUL:
	case BPF_ALU | BPF_DIV:
	case BPF_ALU | BPF_MOD:
	case BPF_ALU | BPF_AND:
	case BPF_ALU | BPF_OR:
	case BPF_ALU | BPF_XOR:
	case BPF_ALU | BPF_LSH:
	case BPF_ALU | BPF_RSH:
	case BPF_JMP | BPF_JEQ:
	case BPF_JMP | BPF_JGT:
	case BPF_JMP | BPF_JGE:
	case BPF_JMP | BPF_JSET:
		return true;
	}
	return false;
}

static const char *fault_of_memory(const struct sock_filter *insn)
{
	bool memory;

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		memory = BPF_MODE(insn->code) == BPF_MEM;
		break;
	default:
		memory = BPF_CLASS(insn->code) == BPF_ST || BPF_CLASS(insn->code) == BPF_STX;
	}
	return memory && insn->k >= BPF_MEMWORDS ? "it uses a word that scratch memory lacks"
						 : NULL;
}

static const char *fault_of_constant(const struct sock_filter *insn)
{
	if (BPF_CLASS(insn->code) != BPF_ALU || BPF_SRC(insn->code) != BPF_K)
		return NULL;
	switch (BPF_OP(insn->code)) {
	case BPF_DIV:
	case BPF_MOD:
		return insn->k ? NULL : "it divides by 0";
	case BPF_LSH:
	case BPF_RSH:
		return insn->k < 32 ? NULL : "it shifts by more than 31 bits";
	}
	return NULL;
}

static const char *fault_of_jump(const struct sock_filter *insn, size_t pc, size_t n)
{
	__s64 next = (__s64)pc + 1, to;

	if (BPF_CLASS(insn->code) != BPF_JMP)
		return NULL;
	if (BPF_OP(insn->code) == BPF_JA) {
		to = next + (__s32)insn->k;
		return to >= 0 && to < (__s64)n ? NULL : "it jumps out of the program";
	}
	to = next + (insn->jt > insn->jf ? insn->jt : insn->jf);
	return to < (__s64)n ? NULL : "it jumps out of the program";
}

int classic_check(const struct sock_filter *program, size_t n, struct reason *why)
{
	if (n > CLASSIC_MAX)
		return reason_set(why, -E2BIG, "the filter is too long: %zu instructions, of %d", n,
				  CLASSIC_MAX);
	if (!n || BPF_CLASS(program[n - 1].code) != BPF_RET)
		return reason_set(why, -EINVAL, "the filter does not end with a verdict");
	for (size_t pc = 0; pc < n; pc++) {
		const struct sock_filter *insn = &program[pc];
		const char *fault = known(insn->code) ? NULL : "it is unknown";

		if (!fault)
			fault = fault_of_memory(insn);
		if (!fault)
			fault = fault_of_constant(insn);
		if (!fault)
			fault = fault_of_jump(insn, pc, n);
		if (fault)
			return reason_set(why, -EINVAL, "instruction %zu of the filter: %s", pc,
					  fault);
	}
	return 0;
}
