// SPDX-License-Identifier: BSD-2-Clause
/* Loads and attaches the programs of a trace tap; used by attachment.c and successor.c. */
#include <string.h>

#include <bpf/libbpf.h>

#include "loader/trace_link.h"
#include "loader/tracers.h"

int tracers_load(struct tracers *t, const struct program *first, const struct capture_settings *s,
		 const struct traced_list *traced, __u32 generation, struct reason *why)
{
	struct program *p;
	int err = 0;

	t->n = 0;
	for (__u32 i = 1; i < traced->n && !err; i++) {
		p = &t->others[t->n];
		err = program_open(p, s, traced, i, generation, why);
		if (err)
			break;
		t->n++;
		err = program_share(p, first);
		if (!err)
			err = bpf_object__load(p->obj);
		if (err)
			reason_set(why, err, "can't load the program: %s", strerror(-err));
	}
	return err;
}

int tracers_attach(const struct tracers *t, const struct program *first,
		   const struct tap_name *name, const struct traced_list *traced, __u32 generation)
{
	char pin[TRACE_LINK_NAME_MAX];
	int err = 0;

	for (__u32 i = 0; i < traced->n && !err; i++) {
		if (traced->at_exit)
			trace_link_exit(pin, generation, traced->list[i].member);
		else
			trace_link_entry(pin, generation);
		err = trace_link_attach(name, pin, i ? t->others[i - 1].prog : first->prog);
	}
	return err;
}

void tracers_close(struct tracers *t)
{
	while (t->n)
		program_close(&t->others[--t->n]);
}
