/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions of eBPF one after the other, with jumps to labels; used by translate.c. */
#ifndef XDPTAP_LOADER_FILTER_EMIT_H
#define XDPTAP_LOADER_FILTER_EMIT_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>

#include "pin/reason.h"

/* Instructions that are no jump have this label. */
#define EMIT_NO_LABEL 0xffffffff

struct emit_label {
	__u32 at; /* the instruction where it is placed */
	bool used;
};

struct emitter {
	struct bpf_insn *code;
	__u32 *to; /* for each instruction the label that it jumps to */
	size_t n, room;
	struct emit_label *labels;
	__u32 n_labels;
	int err; /* the first error; later calls do nothing */
};

/* Returns 0 or -ENOMEM; emit_close() is legal after both. */
int emit_open(struct emitter *e, __u32 n_labels);
void emit_close(struct emitter *e);

void emit_insn(struct emitter *e, struct bpf_insn insn);

/* Appends a jump to a label, which may be placed later. */
void emit_jump(struct emitter *e, struct bpf_insn insn, __u32 label);

/* Whether a jump to the label was appended. */
bool emit_used(const struct emitter *e, __u32 label);

/*
 * Makes sure that the last instruction is a jump, if need be one to the next instruction. Linux 6.1
 * does not accept that a loop ends with an instruction which is none.
 */
void emit_end_with_jump(struct emitter *e);

/* The label is where the next instruction is going to be. */
void emit_place(struct emitter *e, __u32 label);

/*
 * Fills in where the jumps lead. Returns 0, then the caller owns *code; or -errno with the reason:
 * -E2BIG if a jump is too long for its 16 bits.
 */
int emit_finish(struct emitter *e, struct bpf_insn **code, size_t *count, struct reason *why);

/* The instructions that are needed, as linux/filter.h of the kernel's own sources names them. */
#define EMIT_INSN(op, dst, src, offset, immediate)  \
	((struct bpf_insn){ .code = (op),           \
			    .dst_reg = (dst),       \
			    .src_reg = (src),       \
			    .off = (__s16)(offset), \
			    .imm = (__s32)(immediate) })

#define EMIT_ALU64_K(op, dst, k)        EMIT_INSN(BPF_ALU64 | (op) | BPF_K, dst, 0, 0, k)
#define EMIT_ALU64_X(op, dst, src)      EMIT_INSN(BPF_ALU64 | (op) | BPF_X, dst, src, 0, 0)
#define EMIT_ALU32_K(op, dst, k)        EMIT_INSN(BPF_ALU | (op) | BPF_K, dst, 0, 0, k)
#define EMIT_ALU32_X(op, dst, src)      EMIT_INSN(BPF_ALU | (op) | BPF_X, dst, src, 0, 0)
#define EMIT_LOAD(size, dst, src, off)  EMIT_INSN(BPF_LDX | BPF_MEM | (size), dst, src, off, 0)
#define EMIT_STORE(size, dst, off, src) EMIT_INSN(BPF_STX | BPF_MEM | (size), dst, src, off, 0)
#define EMIT_FROM_NETWORK(dst, bits)    EMIT_INSN(BPF_ALU | BPF_END | BPF_TO_BE, dst, 0, 0, bits)
#define EMIT_CALL(helper)               EMIT_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define EMIT_EXIT                       EMIT_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define EMIT_JUMP64_K(op, dst, k)       EMIT_INSN(BPF_JMP | (op) | BPF_K, dst, 0, 0, k)
#define EMIT_JUMP64_X(op, dst, src)     EMIT_INSN(BPF_JMP | (op) | BPF_X, dst, src, 0, 0)
#define EMIT_JUMP32_K(op, dst, k)       EMIT_INSN(BPF_JMP32 | (op) | BPF_K, dst, 0, 0, k)
#define EMIT_JUMP32_X(op, dst, src)     EMIT_INSN(BPF_JMP32 | (op) | BPF_X, dst, src, 0, 0)
#define EMIT_GOTO                       EMIT_INSN(BPF_JMP | BPF_JA, 0, 0, 0, 0)

#endif
