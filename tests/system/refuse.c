// SPDX-License-Identifier: BSD-2-Clause
/*
 * Preloaded: spoils each filter on its way to the kernel, whose verifier then refuses it. The
 * translation emits nothing that a verifier refuses, so no expression would do. For filter.bats.
 */
#include <dlfcn.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How translate.c begins a filter that calls the kernel: it keeps `len` and `ctx`. */
static bool begins_filter(const struct bpf_insn *insn)
{
	return insn[0].code == (BPF_STX | BPF_W | BPF_MEM) && insn[0].off == -16 &&
	       insn[0].dst_reg == BPF_REG_10 && insn[0].src_reg == BPF_REG_2 &&
	       insn[1].code == (BPF_STX | BPF_DW | BPF_MEM) && insn[1].off == -8 &&
	       insn[1].dst_reg == BPF_REG_10 && insn[1].src_reg == BPF_REG_1;
}

/* Returns a copy of the program, in which the filter uses a register that it has not set. */
static struct bpf_insn *spoiled(const struct bpf_insn *program, __u32 n)
{
	struct bpf_insn *copy = malloc(n * sizeof(*copy));

	if (!copy)
		abort();
	memcpy(copy, program, n * sizeof(*copy));
	for (__u32 i = 0; i + 1 < n; i++)
		if (begins_filter(&copy[i]))
			copy[i + 1].src_reg = BPF_REG_9;
	return copy;
}

long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	struct bpf_insn *program;
	union bpf_attr *attr;
	long a[6], result;
	__u64 insns;
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number != SYS_bpf || a[0] != BPF_PROG_LOAD)
		return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	attr = (union bpf_attr *)a[1];
	insns = attr->insns;
	program = spoiled((const struct bpf_insn *)insns, attr->insn_cnt);
	attr->insns = (__u64)program;
	result = next(number, a[0], a[1], a[2]);
	attr->insns = insns;
	free(program);
	return result;
}
