// SPDX-License-Identifier: BSD-2-Clause
/* An interpreter of those instructions of eBPF that translate.c uses. */
#include <endian.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/ebpf_run.h"

#define STACK_BYTES 512
#define STEPS_MAX   10000000

/* What a register holds. */
enum kind { NOTHING, NUMBER, CONTEXT, STACK, PACKET, PACKET_END };

struct value {
	enum kind kind;
	__u64 n; /* a number, or an offset */
};

struct machine {
	const struct bpf_insn *code;
	size_t pc;
	struct value r[11];
	struct {
		struct value value[STACK_BYTES / 8]; /* whole ones that were stored */
		bool whole[STACK_BYTES / 8];
		__u8 bytes[STACK_BYTES];
		bool set[STACK_BYTES];
	} stack;
	const __u8 *frame;
	__u32 len, linear;
};

static void __attribute__((noreturn)) fail(const struct machine *m, const char *what)
{
	fprintf(stderr, "not so: instruction %zu of eBPF: %s\n", m->pc, what);
	abort();
}

static struct value *reg(struct machine *m, int i)
{
	if (i > 10 || m->r[i].kind == NOTHING)
		fail(m, "reads a register that was not set");
	return &m->r[i];
}

static __u64 number(struct machine *m, int i)
{
	if (reg(m, i)->kind != NUMBER)
		fail(m, "takes an address for a number");
	return m->r[i].n;
}

static __u32 bytes_of(__u8 code)
{
	switch (BPF_SIZE(code)) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	}
	return 8;
}

static size_t stack_at(const struct machine *m, __s64 off, __u32 bytes)
{
	if (off < -STACK_BYTES || off + bytes > 0 || off % (int)bytes)
		fail(m, "leaves the stack, or is not aligned there");
	return (size_t)(off + STACK_BYTES);
}

static void store(struct machine *m, const struct bpf_insn *insn)
{
	__u32 bytes = bytes_of(insn->code);
	size_t at;

	if (insn->dst_reg != BPF_REG_10)
		fail(m, "stores elsewhere than in the stack");
	at = stack_at(m, insn->off, bytes);
	m->stack.whole[at / 8] = bytes == 8;
	m->stack.value[at / 8] = *reg(m, insn->src_reg);
	if (bytes < 8)
		number(m, insn->src_reg);
	memcpy(m->stack.bytes + at, &m->r[insn->src_reg].n, bytes); /* little-endian */
	memset(m->stack.set + at, true, bytes);
}

static struct value load_stack(const struct machine *m, __s64 off, __u32 bytes)
{
	size_t at = stack_at(m, off, bytes);
	struct value v = { NUMBER, 0 };

	for (__u32 i = 0; i < bytes; i++)
		if (!m->stack.set[at + i])
			fail(m, "reads what was not stored");
	if (bytes == 8 && m->stack.whole[at / 8])
		return m->stack.value[at / 8];
	if (m->stack.whole[at / 8] && m->stack.value[at / 8].kind != NUMBER)
		fail(m, "reads a part of an address");
	memcpy(&v.n, m->stack.bytes + at, bytes);
	return v;
}

static struct value load(struct machine *m, const struct bpf_insn *insn)
{
	const struct value *from = reg(m, insn->src_reg);
	__u32 bytes = bytes_of(insn->code);
	__u64 off = from->n + (__u64)(__s64)insn->off;
	struct value v = { NUMBER, 0 };

	switch (from->kind) {
	case STACK:
		return load_stack(m, (__s64)off, bytes);
	case CONTEXT:
		if (bytes == 4 && off == offsetof(struct xdp_md, data))
			return (struct value){ PACKET, 0 };
		if (bytes == 4 && off == offsetof(struct xdp_md, data_end))
			return (struct value){ PACKET_END, 0 };
		fail(m, "reads something else of the context");
	case PACKET:
		if (off + bytes > m->linear)
			fail(m, "reads beyond the end of the first buffer");
		memcpy(&v.n, m->frame + off, bytes);
		return v;
	default:
		fail(m, "reads through a number");
	}
}

static __u64 calculate(const struct machine *m, __u8 op, __u64 a, __u64 b, bool wide)
{
	__u64 bits = wide ? 64 : 32;

	switch (op) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return b ? a / b : 0;
	case BPF_MOD:
		return b ? a % b : a;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << b % bits;
	case BPF_RSH:
		return a >> b % bits;
	case BPF_NEG:
		return 0 - a;
	}
	fail(m, "an operation that is not expected");
}

static void alu(struct machine *m, const struct bpf_insn *insn)
{
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64, by_x = BPF_SRC(insn->code) == BPF_X;
	__u8 op = BPF_OP(insn->code);
	struct value *to = &m->r[insn->dst_reg];
	struct value by = by_x ? *reg(m, insn->src_reg)
			       : (struct value){ NUMBER, (__u64)(__s64)insn->imm };

	if (insn->dst_reg == BPF_REG_10)
		fail(m, "changes the frame pointer");
	if (op == BPF_END) {
		number(m, insn->dst_reg);
		if (!by_x)
			fail(m, "converts to little-endian");
		to->n = insn->imm == 16 ? htobe16((__u16)to->n) : htobe32((__u32)to->n);
		return;
	}
	if (op == BPF_MOV) {
		if (!wide && by.kind != NUMBER)
			fail(m, "takes half of an address");
		*to = by;
		if (!wide)
			to->n = (__u32)to->n;
		return;
	}
	reg(m, insn->dst_reg);
	if (to->kind != NUMBER && (!wide || op != BPF_ADD || to->kind == PACKET_END))
		fail(m, "calculates with an address");
	if (by.kind != NUMBER)
		fail(m, "calculates with an address");
	if (!wide) {
		to->n = (__u32)calculate(m, op, (__u32)to->n, (__u32)by.n, false);
		return;
	}
	if (to->kind == PACKET && by.n > 0x7fff)
		fail(m, "adds more to an address than the verifier allows");
	to->n = calculate(m, op, to->n, by.n, true);
}

static bool compare(const struct machine *m, __u8 op, __u64 a, __u64 b)
{
	switch (op) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	case BPF_JSET:
		return a & b;
	}
	fail(m, "a condition that is not expected");
}

static bool holds(struct machine *m, const struct bpf_insn *insn)
{
	bool narrow = BPF_CLASS(insn->code) == BPF_JMP32;
	struct value a = *reg(m, insn->dst_reg);
	__u64 b;

	if (BPF_SRC(insn->code) == BPF_X && a.kind == PACKET) {
		if (reg(m, insn->src_reg)->kind != PACKET_END || BPF_OP(insn->code) != BPF_JGT)
			fail(m, "compares an address with something else than the end");
		return a.n > m->linear;
	}
	number(m, insn->dst_reg);
	b = BPF_SRC(insn->code) == BPF_X ? number(m, insn->src_reg) : (__u64)(__s64)insn->imm;
	return compare(m, BPF_OP(insn->code), narrow ? (__u32)a.n : a.n, narrow ? (__u32)b : b);
}

/* bpf_xdp_load_bytes(ctx, offset, buffer, bytes) */
static void call(struct machine *m, const struct bpf_insn *insn)
{
	__u64 off, bytes, at;

	if (insn->imm != BPF_FUNC_xdp_load_bytes || reg(m, 1)->kind != CONTEXT ||
	    reg(m, 3)->kind != STACK)
		fail(m, "calls something else than bpf_xdp_load_bytes(), or wrongly");
	off = (__u32)number(m, 2);
	bytes = number(m, 4);
	at = stack_at(m, (__s64)m->r[3].n, (__u32)bytes);
	for (int i = 1; i <= 5; i++)
		m->r[i].kind = NOTHING;
	m->stack.whole[at / 8] = false;
	memset(m->stack.set + at, true, bytes);
	m->r[0] = (struct value){ NUMBER, (__u64)-22 };
	if (off > 0xffff || off + bytes > m->len)
		return;
	memcpy(m->stack.bytes + at, m->frame + off, bytes);
	m->r[0].n = 0;
}

__u64 ebpf_run(const struct bpf_insn *code, size_t n, const __u8 *frame, __u32 len, __u32 linear)
{
	static struct machine m;

	m = (struct machine){ .code = code, .frame = frame, .len = len, .linear = linear };
	m.r[1] = (struct value){ CONTEXT, 0 };
	m.r[2] = (struct value){ NUMBER, len | 0xabcdull << 32 }; /* the upper half is undefined */
	m.r[10] = (struct value){ STACK, 0 };
	for (size_t steps = 0; steps < STEPS_MAX; steps++, m.pc++) {
		const struct bpf_insn *insn = &code[m.pc];

		if (m.pc >= n)
			fail(&m, "is after the end");
		switch (BPF_CLASS(insn->code)) {
		case BPF_LDX:
			m.r[insn->dst_reg] = load(&m, insn);
			break;
		case BPF_STX:
			store(&m, insn);
			break;
		case BPF_ALU:
		case BPF_ALU64:
			alu(&m, insn);
			break;
		case BPF_JMP:
			if (BPF_OP(insn->code) == BPF_EXIT)
				return number(&m, 0);
			if (BPF_OP(insn->code) == BPF_CALL) {
				call(&m, insn);
				break;
			}
			if (BPF_OP(insn->code) == BPF_JA) {
				m.pc = (size_t)((__s64)m.pc + insn->off);
				break;
			}
			/* fall through */
		case BPF_JMP32:
			if (holds(&m, insn))
				m.pc = (size_t)((__s64)m.pc + insn->off);
			break;
		default:
			fail(&m, "is of a class that is not expected");
		}
	}
	fail(&m, "does not come to an end");
}

static bool jumps(const struct bpf_insn *insn)
{
	__u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return class == BPF_JMP32 || (class == BPF_JMP && op != BPF_CALL && op != BPF_EXIT);
}

void ebpf_run_check(const struct bpf_insn *code, size_t n)
{
	bool *reached = calloc(n, sizeof(*reached));
	struct machine m = { .code = code };
	bool again = true;

	if (!reached)
		abort();
	reached[0] = true;
	while (again) {
		again = false;
		for (m.pc = 0; m.pc < n; m.pc++) {
			const struct bpf_insn *insn = &code[m.pc];
			__s64 to = (__s64)m.pc + 1 + insn->off;

			if (!reached[m.pc])
				continue;
			if (jumps(insn)) {
				if (to < 0 || to >= (__s64)n)
					fail(&m, "jumps out of the function");
				again |= to <= (__s64)m.pc && !reached[to];
				reached[to] = true;
			}
			if (insn->code == (BPF_JMP | BPF_JA) || insn->code == (BPF_JMP | BPF_EXIT))
				continue;
			if (m.pc + 1 == n)
				fail(&m, "is the last one, and goes on");
			reached[m.pc + 1] = true;
		}
	}
	for (m.pc = 0; m.pc < n; m.pc++)
		if (!reached[m.pc])
			fail(&m, "is never reached");
	free(reached);
}
