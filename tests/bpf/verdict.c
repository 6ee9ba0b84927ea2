// SPDX-License-Identifier: BSD-2-Clause
/* The verdicts of libpcap and of classic_run(). */
#include <errno.h>
#include <stdlib.h>

#include "loader/filter/translate.h"
#include "tests/bpf/classic_run.h"
#include "tests/bpf/judge.h"
#include "tests/bpf/verdict.h"

static bool writes_before_it_reads(const struct verdict *v)
{
	for (size_t pc = 0; pc < v->n; pc++) {
		const struct sock_filter *insn = &v->program[pc];

		if (v->facts[pc].reached && BPF_CLASS(insn->code) <= BPF_LDX &&
		    BPF_MODE(insn->code) == BPF_MEM && !(v->facts[pc].stored >> insn->k & 1))
			return false;
	}
	return true;
}

int verdict_open(struct verdict *v, const struct sock_filter *program, size_t n, bool ends)
{
	struct reason why;
	int err;

	*v = (struct verdict){ .program = program, .n = n };
	v->facts = malloc(n * sizeof(*v->facts));
	if (!v->facts)
		return -ENOMEM;
	flow_analyze(program, n, FILTER_XDP, v->facts);
	err = loops_find(program, n, v->facts, TRANSLATE_ROUNDS_MAX, &v->loops, &why);
	if (err)
		verdict_close(v);
	else
		v->libpcap = (ends || !v->loops.n) && writes_before_it_reads(v);
	return err;
}

void verdict_close(struct verdict *v)
{
	free(v->facts);
	v->facts = NULL;
}

int verdict_of(const struct verdict *v, const __u8 *frame, __u32 len, size_t *back)
{
	enum classic_run_back jumped;
	int want = classic_run(v->program, &v->loops, frame, len, &jumped);

	if (back)
		*back += jumped != CLASSIC_RUN_FORWARD;
	if (v->libpcap && jumped != CLASSIC_RUN_TOO_OFTEN &&
	    judge_libpcap(v->program, v->n, frame, len) != want)
		return -1;
	return want;
}
