// SPDX-License-Identifier: BSD-2-Clause
/* Finds loops and counts branches; used by translate.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/filter/loops.h"

/*
 * The verifier remembers up to 8,192 branches that it has yet to follow, and it follows a loop once
 * for each of its rounds.
 */
#define BRANCHES_MAX 8000

/* Where a jump leads that is not taken back, or the next instruction. */
static size_t next_forward(const struct sock_filter *insn, size_t pc)
{
	return insn->code == (BPF_JMP | BPF_JA) ? pc + 1 + insn->k : pc + 1;
}

/* How many branches an instruction becomes, at most. */
static __u32 branches(const struct sock_filter *insn)
{
	if (classic_loads(insn))
		return 2;
	switch (BPF_CLASS(insn->code)) {
	case BPF_JMP:
		return BPF_OP(insn->code) != BPF_JA || classic_jumps_back(insn);
	case BPF_ALU:
		return BPF_SRC(insn->code) == BPF_X;
	case BPF_RET:
		return insn->code == (BPF_RET | BPF_A);
	}
	return 0;
}

static __u32 larger(__u32 a, __u32 b)
{
	return a > b ? a : b;
}

/*
 * Returns the most branches on any way from instruction `first` on to beyond `last`, without jumps
 * backwards. most[] is for the numbers of all instructions.
 */
static __u32 most_branches(const struct sock_filter *program, size_t first, size_t last,
			   __u32 *most)
{
	__u32 any = 0;

	for (size_t pc = last + 1; pc-- > first;) {
		const struct sock_filter *insn = &program[pc];
		size_t next = next_forward(insn, pc);
		__u32 after = 0;

		if (BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != BPF_JA) {
			size_t if_true = pc + 1 + insn->jt, if_false = pc + 1 + insn->jf;

			after = larger(if_true <= last ? most[if_true] : 0,
				       if_false <= last ? most[if_false] : 0);
		} else if (!classic_jumps_back(insn) && BPF_CLASS(insn->code) != BPF_RET &&
			   next <= last) {
			after = most[next];
		}
		most[pc] = branches(insn) + after;
		any = larger(any, most[pc]);
	}
	return any;
}

/* Joins the loop with those before it that it overlaps. Returns 0, or -E2BIG if they are too many.
 */
static int add(struct loops *loops, size_t first, size_t last)
{
	while (loops->n && loops->loop[loops->n - 1].last >= first) {
		loops->n--;
		if (loops->loop[loops->n].first < first)
			first = loops->loop[loops->n].first;
	}
	if (loops->n == LOOPS_MAX)
		return -E2BIG;
	loops->loop[loops->n].first = first;
	loops->loop[loops->n].last = last;
	loops->n++;
	return 0;
}

int loops_find(const struct sock_filter *program, size_t n, const struct flow_fact *facts,
	       __u32 rounds, struct loops *loops, struct reason *why)
{
	__u64 sum;
	__u32 *most;
	int err = 0;

	loops->n = 0;
	for (size_t pc = 0; pc < n && !err; pc++)
		if (facts[pc].reached && classic_jumps_back(&program[pc]))
			err = add(loops, (size_t)((__s64)pc + 1 + (__s32)program[pc].k), pc);
	if (err)
		return reason_set(why, err, "the filter has more than %d loops (protochain)",
				  LOOPS_MAX);
	most = malloc(n * sizeof(*most));
	if (!most)
		return reason_set(why, -ENOMEM, "%s", strerror(ENOMEM));
	sum = most_branches(program, 0, n - 1, most);
	for (size_t i = 0; i < loops->n; i++)
		sum += (__u64)rounds *
		       most_branches(program, loops->loop[i].first, loops->loop[i].last, most);
	free(most);
	if (sum <= BRANCHES_MAX)
		return 0;
	if (loops->n)
		return reason_set(why, -E2BIG,
				  "the filter has too many loops (protochain) for the kernel");
	return reason_set(why, -E2BIG, "the filter has too many terms for the kernel");
}

bool loops_contain(const struct loops *loops, size_t pc)
{
	for (size_t i = 0; i < loops->n; i++)
		if (pc >= loops->loop[i].first && pc <= loops->loop[i].last)
			return true;
	return false;
}

size_t loops_index(const struct loops *loops, size_t pc)
{
	size_t i = 0;

	while (i + 1 < loops->n && loops->loop[i].last < pc)
		i++;
	return i;
}
