// SPDX-License-Identifier: BSD-2-Clause
/* Collects the instructions of a function and resolves its jumps; used by translate.c. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "loader/filter/emit.h"

int emit_open(struct emitter *e, __u32 n_labels)
{
	*e = (struct emitter){ .n_labels = n_labels };
	e->labels = calloc(n_labels, sizeof(*e->labels));
	if (!e->labels)
		e->err = -ENOMEM;
	return e->err;
}

void emit_close(struct emitter *e)
{
	free(e->code);
	free(e->to);
	free(e->labels);
	*e = (struct emitter){ 0 };
}

static int grow(struct emitter *e)
{
	size_t room = e->room ? 2 * e->room : 256;
	struct bpf_insn *code = realloc(e->code, room * sizeof(*code));
	__u32 *to;

	if (!code)
		return -ENOMEM;
	e->code = code;
	to = realloc(e->to, room * sizeof(*to));
	if (!to)
		return -ENOMEM;
	e->to = to;
	e->room = room;
	return 0;
}

void emit_jump(struct emitter *e, struct bpf_insn insn, __u32 label)
{
	if (!e->err && e->n == e->room)
		e->err = grow(e);
	if (e->err)
		return;
	e->code[e->n] = insn;
	e->to[e->n] = label;
	e->n++;
	if (label != EMIT_NO_LABEL)
		e->labels[label].used = true;
}

void emit_insn(struct emitter *e, struct bpf_insn insn)
{
	emit_jump(e, insn, EMIT_NO_LABEL);
}

void emit_place(struct emitter *e, __u32 label)
{
	if (!e->err)
		e->labels[label].at = (__u32)e->n;
}

bool emit_used(const struct emitter *e, __u32 label)
{
	return !e->err && e->labels[label].used;
}

void emit_end_with_jump(struct emitter *e)
{
	if (!e->err && (!e->n || e->to[e->n - 1] == EMIT_NO_LABEL))
		emit_insn(e, EMIT_GOTO);
}

int emit_finish(struct emitter *e, struct bpf_insn **code, size_t *count, struct reason *why)
{
	if (e->err)
		return reason_set(why, e->err, "%s", strerror(-e->err));
	for (size_t i = 0; i < e->n; i++) {
		long off;

		if (e->to[i] == EMIT_NO_LABEL)
			continue;
		off = (long)e->labels[e->to[i]].at - (long)i - 1;
		if (off < SHRT_MIN || off > SHRT_MAX)
			return reason_set(
				why, -E2BIG,
				"the filter is too long: %zu instructions of eBPF, among which a jump has more than %d to pass",
				e->n, SHRT_MAX);
		e->code[i].off = (__s16)off;
	}
	*code = e->code;
	*count = e->n;
	e->code = NULL;
	return 0;
}
