// SPDX-License-Identifier: BSD-2-Clause
/* A disassembler of those instructions that translate.c makes. */
#include <stdio.h>

#include "loader/filter/dump.h"

/* By BPF_OP() / 16. */
static const char *const assignments[] = { "+=",  "-=",  "*=", "/=", "|=", "&=",
					   "<<=", ">>=", NULL, "%=", "^=", "=" };
static const char *const conditions[] = { NULL, "==", ">",  ">=", "&", "!=",
					  NULL, NULL, NULL, NULL, "<", "<=" };

static const char *of(const char *const *names, size_t n, __u8 code)
{
	return BPF_OP(code) / 16u < n ? names[BPF_OP(code) / 16u] : NULL;
}

static const char *type_of(__u8 code)
{
	switch (BPF_SIZE(code)) {
	case BPF_B:
		return "u8";
	case BPF_H:
		return "u16";
	case BPF_W:
		return "u32";
	}
	return "u64";
}

static int dump_alu(char *text, size_t size, const struct bpf_insn *insn)
{
	const char *op = of(assignments, sizeof(assignments) / sizeof(*assignments), insn->code);
	char r = BPF_CLASS(insn->code) == BPF_ALU64 ? 'r' : 'w';

	if (BPF_OP(insn->code) == BPF_END)
		return snprintf(text, size, "r%d = be%d r%d", insn->dst_reg, insn->imm,
				insn->dst_reg);
	if (BPF_OP(insn->code) == BPF_NEG)
		return snprintf(text, size, "%c%d = -%c%d", r, insn->dst_reg, r, insn->dst_reg);
	if (!op)
		return -1;
	if (BPF_SRC(insn->code) == BPF_X)
		return snprintf(text, size, "%c%d %s %c%d", r, insn->dst_reg, op, r, insn->src_reg);
	return snprintf(text, size, "%c%d %s %d", r, insn->dst_reg, op, insn->imm);
}

static int dump_jump(char *text, size_t size, const struct bpf_insn *insn)
{
	const char *op = of(conditions, sizeof(conditions) / sizeof(*conditions), insn->code);
	char r = BPF_CLASS(insn->code) == BPF_JMP ? 'r' : 'w';

	switch (insn->code) {
	case BPF_JMP | BPF_JA:
		return snprintf(text, size, "goto pc%+d", insn->off);
	case BPF_JMP | BPF_EXIT:
		return snprintf(text, size, "exit");
	case BPF_JMP | BPF_CALL:
		if (insn->imm != BPF_FUNC_xdp_load_bytes)
			return -1;
		return snprintf(text, size, "call bpf_xdp_load_bytes#%d", insn->imm);
	}
	if (!op)
		return -1;
	if (BPF_SRC(insn->code) == BPF_X)
		return snprintf(text, size, "if %c%d %s %c%d goto pc%+d", r, insn->dst_reg, op, r,
				insn->src_reg, insn->off);
	return snprintf(text, size, "if %c%d %s 0x%x goto pc%+d", r, insn->dst_reg, op,
			(unsigned int)insn->imm, insn->off);
}

static int dump_instruction(char *text, size_t size, const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return dump_alu(text, size, insn);
	case BPF_JMP:
	case BPF_JMP32:
		return dump_jump(text, size, insn);
	case BPF_LDX:
		return snprintf(text, size, "r%d = *(%s *)(r%d %+d)", insn->dst_reg,
				type_of(insn->code), insn->src_reg, insn->off);
	case BPF_STX:
		return snprintf(text, size, "*(%s *)(r%d %+d) = r%d", type_of(insn->code),
				insn->dst_reg, insn->off, insn->src_reg);
	}
	return -1;
}

const char *dump_ebpf(char text[DUMP_MAX], const struct bpf_insn *code, size_t pc)
{
	int n = snprintf(text, DUMP_MAX, "%4zu: (%02x) ", pc, code[pc].code);

	if (dump_instruction(text + n, DUMP_MAX - (size_t)n, &code[pc]) < 0)
		snprintf(text + n, DUMP_MAX - (size_t)n, "r%d, r%d, %d, %d", code[pc].dst_reg,
			 code[pc].src_reg, code[pc].off, code[pc].imm);
	return text;
}
