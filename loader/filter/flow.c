// SPDX-License-Identifier: BSD-2-Clause
/* Follows a classic program forwards; used by translate.c. */
#include <string.h>

#include "loader/filter/flow.h"

#define UNKNOWN 0xffffffff

long flow_target(const struct sock_filter *program, size_t pc)
{
	if (program[pc].code == (BPF_RET | BPF_K))
		return program[pc].k ? FLOW_MATCH : FLOW_NO_MATCH;
	return (long)pc;
}

enum flow_load flow_load(const struct sock_filter *insn, const struct flow_fact *fact,
			 enum filter_target target)
{
	bool indirect = BPF_MODE(insn->code) == BPF_IND;
	__u64 end = (__u64)insn->k + classic_bytes(insn);

	if (insn->k > FLOW_LOAD_MAX)
		return FLOW_LOAD_BEYOND;
	if (end > flow_in_place_max(target))
		return FLOW_LOAD_SLOW;
	return end <= (indirect ? fact->checked_x : fact->checked) ? FLOW_LOAD_CHECKED
								   : FLOW_LOAD_CHECK;
}

static __u32 at_most(__u64 value)
{
	return value < UNKNOWN ? (__u32)value : UNKNOWN;
}

/* The maximum of A after an operation, as the verifier finds it, too. */
static __u32 alu_max(const struct sock_filter *insn, const struct flow_fact *fact)
{
	__u32 a = fact->a_max, x = BPF_SRC(insn->code) == BPF_X ? fact->x_max : insn->k;

	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
		return at_most((__u64)a + x);
	case BPF_AND:
		return a < x ? a : x;
	case BPF_LSH:
		return BPF_SRC(insn->code) == BPF_K ? at_most((__u64)a << x) : UNKNOWN;
	case BPF_RSH:
		return BPF_SRC(insn->code) == BPF_K ? a >> x : UNKNOWN;
	}
	return UNKNOWN;
}

static void load_into_a(const struct sock_filter *insn, struct flow_fact *fact,
			enum filter_target target)
{
	__u32 end = insn->k + classic_bytes(insn);

	if (BPF_MODE(insn->code) == BPF_ABS) {
		if (fact->checked < end)
			fact->checked = end;
	} else {
		/* The address of the byte at offset X is made of an X that was checked. */
		if (!fact->checked_x && fact->x_max > flow_in_place_max(target))
			fact->x_max = flow_in_place_max(target);
		if (fact->checked_x < end)
			fact->checked_x = end;
	}
	/* The verifier forgets what it knew of a value whose bytes are swapped. */
	fact->a_max = BPF_SIZE(insn->code) == BPF_B ? 0xff : UNKNOWN;
}

static void set_x(struct flow_fact *fact, __u32 max)
{
	fact->x_max = max;
	fact->checked_x = 0;
}

/* Changes *fact from what is known before the instruction to what is known after it. */
static void pass(const struct sock_filter *insn, struct flow_fact *fact, enum filter_target target)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		if (classic_loads(insn))
			load_into_a(insn, fact, target);
		else
			fact->a_max = BPF_MODE(insn->code) == BPF_IMM ? insn->k : UNKNOWN;
		break;
	case BPF_LDX:
		if (BPF_MODE(insn->code) == BPF_MSH) {
			if (fact->checked < insn->k + 1)
				fact->checked = insn->k + 1;
			set_x(fact, 4 * 0xf);
		} else {
			set_x(fact, BPF_MODE(insn->code) == BPF_IMM ? insn->k : UNKNOWN);
		}
		break;
	case BPF_ST:
	case BPF_STX:
		fact->stored |= (__u16)(1u << insn->k);
		/* In a loop, translate.c makes the verifier forget what is stored. */
		if (BPF_CLASS(insn->code) == BPF_STX)
			fact->x_max = UNKNOWN;
		else
			fact->a_max = UNKNOWN;
		break;
	case BPF_ALU:
		fact->a_max = alu_max(insn, fact);
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			set_x(fact, fact->a_max);
		else
			fact->a_max = fact->x_max;
		break;
	}
}

/* Nothing is known where a loop begins: so one way through the program is enough. */
static void forget(struct flow_fact *fact)
{
	fact->stored = 0;
	fact->checked = fact->checked_x = 0;
	fact->a_max = fact->x_max = UNKNOWN;
}

/* What is known in the fast copy, if *to can be reached from *from there. */
static void join_fast(struct flow_fact *to, const struct flow_fact *from)
{
	if (!from->fast)
		return;
	if (!to->fast) {
		to->fast = true;
		to->checked = from->checked;
		to->checked_x = from->checked_x;
		to->a_max = from->a_max;
		to->x_max = from->x_max;
		return;
	}
	if (to->checked > from->checked)
		to->checked = from->checked;
	if (to->checked_x > from->checked_x)
		to->checked_x = from->checked_x;
	if (to->a_max < from->a_max)
		to->a_max = from->a_max;
	if (to->x_max < from->x_max)
		to->x_max = from->x_max;
}

static void join(struct flow_fact *to, const struct flow_fact *from)
{
	to->stored = to->reached ? to->stored & from->stored : from->stored;
	to->reached = true;
	to->slow |= from->slow;
	join_fast(to, from);
	if (to->loop)
		forget(to);
}

/* Passes on what is known after the instruction at `pc`. Returns whether it made known something
 * about an instruction before it that was not known there. */
static bool follow(const struct sock_filter *program, size_t pc, struct flow_fact *facts,
		   const struct flow_fact *after)
{
	const struct sock_filter *insn = &program[pc];
	struct flow_fact *head, old;

	switch (BPF_CLASS(insn->code)) {
	case BPF_RET:
		return false;
	case BPF_JMP:
		if (BPF_OP(insn->code) != BPF_JA) {
			join(&facts[pc + 1 + insn->jt], after);
			join(&facts[pc + 1 + insn->jf], after);
			return false;
		}
		head = &facts[(__s64)pc + 1 + (__s32)insn->k];
		old = *head;
		join(head, after);
		return classic_jumps_back(insn) &&
		       (old.fast != head->fast || old.slow != head->slow);
	}
	join(&facts[pc + 1], after);
	return false;
}

/* Goes once through the program. Returns whether it has to be done again. */
static bool walk(const struct sock_filter *program, size_t n, enum filter_target target,
		 struct flow_fact *facts)
{
	bool again = false;

	for (size_t pc = 0; pc < n; pc++) {
		struct flow_fact after = facts[pc];

		if (!after.reached)
			continue;
		if (classic_loads(&program[pc])) {
			enum flow_load load = flow_load(&program[pc], &after, target);

			if (load == FLOW_LOAD_BEYOND)
				continue;
			if (after.fast && load != FLOW_LOAD_CHECKED)
				facts[pc].slow = after.slow = true;
			if (load == FLOW_LOAD_SLOW)
				after.fast = false;
		}
		pass(&program[pc], &after, target);
		again |= follow(program, pc, facts, &after);
	}
	return again;
}

/* Forgets all but what a loop's begin is. */
static void restart(struct flow_fact *facts, size_t n)
{
	for (size_t pc = 0; pc < n; pc++) {
		struct flow_fact *fact = &facts[pc];
		struct flow_fact head = { .loop = fact->loop };

		if (fact->loop) {
			head.reached = fact->reached;
			head.fast = fact->fast;
			head.slow = fact->slow;
		}
		forget(&head);
		*fact = head;
	}
	facts[0].reached = facts[0].fast = true;
	if (!facts[0].loop)
		facts[0].a_max = facts[0].x_max = 0;
}

void flow_analyze(const struct sock_filter *program, size_t n, enum filter_target target,
		  struct flow_fact *facts)
{
	memset(facts, 0, n * sizeof(*facts));
	for (size_t pc = 0; pc < n; pc++)
		if (classic_jumps_back(&program[pc]))
			facts[(__s64)pc + 1 + (__s32)program[pc].k].loop = true;
	do
		restart(facts, n);
	while (walk(program, n, target, facts));
}
