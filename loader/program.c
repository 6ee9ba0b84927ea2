// SPDX-License-Identifier: BSD-2-Clause
/* Opens the embedded object, with the user's filter joined to it; used by attachment.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/bpf.h>

#include "bpf/capture.skel.h"
#include "bpf/abi.h"
#include "pin/cli/expression.h"
#include "loader/filter/object.h"
#include "loader/filter/translate.h"
#include "loader/program.h"
#include "pin/now.h"

int program_set_filter(struct capture_settings *s, const char *expression, struct reason *why)
{
	struct sock_filter *classic;
	struct bpf_insn *code;
	size_t n, count;
	int err;

	if (strlen(expression) >= XDPTAP_FILTER_MAX)
		return reason_set(why, -E2BIG, "the expression has more than %u characters",
				  XDPTAP_FILTER_MAX - 1);
	err = expression_compile(expression, true, &classic, &n, why);
	if (err)
		return err;
	err = translate_program(classic, n, FILTER_XDP, &code, &count, why);
	if (err) {
		free(classic);
		return err;
	}
	program_free_settings(s);
	s->filter = expression[strspn(expression, " \t\r\n")] ? expression : "";
	s->classic = classic;
	s->classic_n = n;
	s->code = code;
	s->code_n = count;
	return 0;
}

void program_free_settings(struct capture_settings *s)
{
	free(s->classic);
	free(s->code);
	s->classic = NULL;
	s->code = NULL;
}

void program_record(struct tap_settings *record, const struct capture_settings *s, __u32 generation,
		    __u32 prog_id)
{
	memset(record, 0, sizeof(*record));
	record->generation = generation;
	record->prog_id = prog_id;
	record->snaplen = s->snaplen;
	record->sample = s->sample;
	record->since_ns = now_ns(CLOCK_REALTIME);
	snprintf(record->filter, sizeof(record->filter), "%s", s->filter);
}

/* Opens the skeleton, with another object than its own if `data` is not NULL. */
static struct capture_bpf *open_skeleton(const void *data, size_t size)
{
	struct capture_bpf *skel = calloc(1, sizeof(*skel));
	int err;

	if (!skel)
		return NULL;
	err = capture_bpf__create_skeleton(skel);
	if (!err && data) {
		skel->skeleton->data = (void *)data;
		skel->skeleton->data_sz = size;
	}
	if (!err)
		err = bpf_object__open_skeleton(skel->skeleton, NULL);
	if (err) {
		capture_bpf__destroy(skel);
		errno = -err;
		return NULL;
	}
	return skel;
}

/* CLOCK_TAI minus CLOCK_MONOTONIC, from the readings that took least time of some. */
static __u64 tai_minus_monotonic_ns(void)
{
	__u64 before, tai, after, difference = 0, least = UINT64_MAX;

	for (int i = 0; i < 10; i++) {
		before = now_ns(CLOCK_MONOTONIC);
		tai = now_ns(CLOCK_TAI);
		after = now_ns(CLOCK_MONOTONIC);
		if (after - before < least) {
			least = after - before;
			difference = tai - (before + least / 2);
		}
	}
	return difference;
}

int program_open(struct program *p, const struct capture_settings *s, __u32 generation,
		 struct reason *why)
{
	struct program new = { 0 };
	const void *own;
	size_t size = 0;
	int err;

	if (*s->filter) {
		own = capture_bpf__elf_bytes(&size);
		err = object_join(own, size, FILTER_XDP, s->code, s->code_n, &new.object, &size,
				  why);
		if (err)
			return err;
	}
	new.skel = open_skeleton(new.object, size);
	if (!new.skel) {
		err = reason_set(why, -errno, "can't open the program: %s", strerror(errno));
		program_close(&new);
		return err;
	}
	new.skel->rodata->filtered = *s->filter != '\0';
	new.skel->rodata->sample = s->sample;
	new.skel->rodata->snaplen = s->snaplen;
	new.skel->rodata->generation = generation;
	new.skel->bss->tai_clock.tai_ns = tai_minus_monotonic_ns();
	*p = new;
	return 0;
}

void program_close(struct program *p)
{
	capture_bpf__destroy(p->skel);
	free(p->object);
	*p = (struct program){ 0 };
}
