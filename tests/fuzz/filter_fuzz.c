// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as a classic program and a frame: what loader/filter/translate.c makes of it obeys the
 * verifier's rules (ebpf_run.h) and returns what an interpreter of classic BPF does. A target of
 * libFuzzer with ASan and UBSan; run by `make fuzz`.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/filter/translate.h"
#include "tests/bpf/classic_run.h"
#include "tests/fuzz/ebpf_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Most random programs would have an unknown instruction, so these are made of a number. */
static const __u16 codes[] = {
	BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_H | BPF_ABS,
	BPF_LD | BPF_B | BPF_ABS,
	BPF_LD | BPF_W | BPF_IND,
	BPF_LD | BPF_H | BPF_IND,
	BPF_LD | BPF_B | BPF_IND,
	BPF_LD | BPF_W | BPF_LEN,
	BPF_LD | BPF_IMM,
	BPF_LD | BPF_MEM,
	BPF_LDX | BPF_B | BPF_MSH,
	BPF_LDX | BPF_W | BPF_LEN,
	BPF_LDX | BPF_IMM,
	BPF_LDX | BPF_MEM,
	BPF_ST,
	BPF_STX,
	BPF_ALU | BPF_NEG,
	BPF_JMP | BPF_JA,
	BPF_RET | BPF_K,
	BPF_RET | BPF_A,
	BPF_MISC | BPF_TAX,
	BPF_MISC | BPF_TXA,
};
static const __u16 alus[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD,
			      BPF_AND, BPF_OR,  BPF_XOR, BPF_LSH, BPF_RSH };
static const __u16 conditions[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };

#define PICK(array, n) ((array)[(n) % (sizeof(array) / sizeof((array)[0]))])

static __u16 code_of(__u16 number)
{
	__u16 x = number & 0x100 ? BPF_X : BPF_K;

	if (number & 0x200)
		return PICK(codes, number & 0xff);
	return number & 0x400 ? BPF_ALU | x | PICK(alus, number & 0xff)
			      : BPF_JMP | x | PICK(conditions, number & 0xff);
}

/* Makes what it can of the instruction valid. */
static void repair(struct sock_filter *insn, size_t pc, size_t n)
{
	size_t left = n - pc - 1; /* instructions after it */

	insn->code = pc + 1 < n ? code_of(insn->code) : BPF_RET | (insn->code & BPF_A);
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		if (BPF_MODE(insn->code) == BPF_MEM)
			insn->k %= BPF_MEMWORDS;
		else if (insn->code == (BPF_LDX | BPF_IMM) && insn->k & 0x80000000)
			insn->k = 31 + insn->k % 3; /* bits to shift by */
		break;
	case BPF_ST:
	case BPF_STX:
		insn->k %= BPF_MEMWORDS;
		break;
	case BPF_JMP:
		if (BPF_OP(insn->code) != BPF_JA) {
			insn->jt = (__u8)(insn->jt % left);
			insn->jf = (__u8)(insn->jf % left);
		} else if (insn->k & 1) {
			insn->k = ~((insn->k >> 1) % ((__u32)pc + 1));
		} else {
			insn->k = (__u32)((insn->k >> 1) % left);
		}
		break;
	}
}

static void run(const struct sock_filter *program, size_t n, const struct bpf_insn *code,
		size_t count, const uint8_t *frame, __u32 len)
{
	struct flow_fact *facts = malloc(n * sizeof(*facts));
	enum classic_run_back back;
	struct reason why;
	struct loops loops;
	int want;

	if (!facts)
		abort();
	flow_analyze(program, n, FILTER_XDP, facts);
	if (loops_find(program, n, facts, TRANSLATE_ROUNDS_MAX, &loops, &why))
		abort();
	want = classic_run(program, &loops, frame, len, &back);
	for (__u32 linear = len;; linear /= 2) {
		__u64 got = ebpf_run(code, count, frame, len, linear);

		if (got != (__u64)want) {
			fprintf(stderr,
				"not so: %llu of eBPF, %d of classic BPF, %u bytes, %u linear\n",
				got, want, len, linear);
			abort();
		}
		if (!linear)
			break;
	}
	free(facts);
}

static void translate(const struct sock_filter *program, size_t n, const uint8_t *frame, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1); /* so that ASan sees a byte more */
	struct reason why = { 0 };
	struct bpf_insn *code;
	size_t count;
	int err;

	err = translate_program(program, n, FILTER_XDP, &code, &count, &why);
	if (err && !*why.text) {
		fprintf(stderr, "not so: refused without a reason: %d\n", err);
		abort();
	}
	if (!exact)
		abort();
	memcpy(exact, frame, len);
	if (!err) {
		ebpf_run_check(code, count);
		run(program, n, code, count, exact, (__u32)len);
		free(code);
	}
	free(exact);
}

/* The first byte: how many instructions there are; what follows them is the frame. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sock_filter *program;
	size_t n;

	if (size < 1 + sizeof(*program))
		return 0;
	n = (size - 1) / sizeof(*program);
	if (n > data[0])
		n = data[0];
	if (!n)
		n = 1;
	program = malloc(n * sizeof(*program));
	if (!program)
		abort();
	memcpy(program, data + 1, n * sizeof(*program));
	data += 1 + n * sizeof(*program);
	size -= 1 + n * sizeof(*program);
	translate(program, n, data, size);
	for (size_t pc = 0; pc < n; pc++)
		repair(&program[pc], pc, n);
	translate(program, n, data, size);
	free(program);
	return 0;
}
