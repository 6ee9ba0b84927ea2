// SPDX-License-Identifier: BSD-2-Clause
/* Opens the embedded object, with the user's filter joined to it; used by attachment.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/bpf.h>

#include "bpf/capture.skel.h"
#include "bpf/trace.skel.h"
#include "bpf/abi.h"
#include "pin/cli/expression.h"
#include "loader/filter/object.h"
#include "loader/filter/translate.h"
#include "loader/program.h"
#include "loader/traced.h"
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
	err = translate_program(classic, n, FILTER_TRACE, &code, &count, why);
	if (!err) {
		free(code); /* it would do; program_open() translates it again */
		err = translate_program(classic, n, FILTER_XDP, &code, &count, why);
	}
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

void program_record(struct tap_settings *record, const struct capture_settings *s,
		    const struct traced_list *traced, __u32 generation, __u32 prog_id)
{
	const struct traced *last;

	memset(record, 0, sizeof(*record));
	record->generation = generation;
	record->prog_id = prog_id;
	record->snaplen = s->snaplen;
	record->sample = s->sample;
	record->since_ns = now_ns(CLOCK_REALTIME);
	if (traced) {
		last = &traced->list[traced->n - 1];
		record->traced_id = last->id;
		record->traced_mode = traced->mode;
		record->traced_dispatcher = traced->dispatcher;
		record->traced_all = traced->all;
		record->actions = s->actions;
		snprintf(record->traced_name, sizeof(record->traced_name), "%s", last->name);
	}
	snprintf(record->filter, sizeof(record->filter), "%s", s->filter);
}

/* Opens a skeleton, with another object than its own if `data` is not NULL. Returns 0 or -errno. */
static int open_skeleton(struct bpf_object_skeleton *skeleton, const void *data, size_t size)
{
	if (data) {
		skeleton->data = (void *)data;
		skeleton->data_sz = size;
	}
	return bpf_object__open_skeleton(skeleton, NULL);
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

/* Fills *p with what either skeleton has, and sets the constants that are known. */
#define USE(p, skel, program, s, number)                                             \
	do {                                                                         \
		(p)->obj = (skel)->obj;                                              \
		(p)->prog = (skel)->progs.program;                                   \
		(p)->maps.packet_ringbuf = (skel)->maps.packet_ringbuf;              \
		(p)->maps.cpu_rings = (skel)->maps.cpu_rings;                        \
		(p)->maps.stats_map = (skel)->maps.stats_map;                        \
		(p)->maps.control = (skel)->maps.data_control;                       \
		(p)->maps.settings = (skel)->maps.settings;                          \
		(p)->maps.decided = (skel)->maps.decided;                            \
		(p)->maps.doorbell = (skel)->maps.doorbell;                          \
		(p)->maps.wakeup = (skel)->maps.data_wakeup;                         \
		(p)->maps.meta = (skel)->maps.meta;                                  \
		(p)->maps.flow_map = (skel)->maps.flow_map;                          \
		(p)->maps.flow_flushed = (skel)->maps.flow_flushed;                  \
		(p)->constants.flows = &(skel)->rodata->flows;                       \
		(p)->constants.rings = &(skel)->rodata->rings;                       \
		(p)->constants.wakeup_look_mask = &(skel)->rodata->wakeup_look_mask; \
		(skel)->rodata->filtered = *(s)->filter != '\0';                     \
		(skel)->rodata->sample = (s)->sample;                                \
		(skel)->rodata->snaplen = (s)->snaplen;                              \
		(skel)->rodata->generation = (number);                               \
		(skel)->bss->tai_clock.tai_ns = tai_minus_monotonic_ns();            \
	} while (0)

/* Opens capture.bpf.c. Returns 0 or -errno. */
static int open_capture(struct program *p, const struct capture_settings *s, __u32 generation,
			size_t size)
{
	struct capture_bpf *skel = p->capture = calloc(1, sizeof(*skel));
	int err;

	if (!skel)
		return -ENOMEM;
	err = capture_bpf__create_skeleton(skel);
	if (!err)
		err = open_skeleton(skel->skeleton, p->object, size);
	if (!err)
		USE(p, skel, capture_packet_data, s, generation);
	return err;
}

/* Opens trace.bpf.c, for the frames that number i gets from its interface. As above. */
static int open_trace(struct program *p, const struct capture_settings *s,
		      const struct traced_list *traced, __u32 i, __u32 generation, size_t size)
{
	struct trace_bpf *skel = p->trace = calloc(1, sizeof(*skel));
	const struct traced *t = &traced->list[i];
	struct bpf_program *other;
	int err;

	if (!skel)
		return -ENOMEM;
	err = trace_bpf__create_skeleton(skel);
	if (!err)
		err = open_skeleton(skel->skeleton, p->object, size);
	if (err)
		return err;
	USE(p, skel, trace_packet_data, s, generation);
	other = skel->progs.trace_exit;
	if (traced->at_exit) {
		other = p->prog;
		p->prog = skel->progs.trace_exit;
		skel->rodata->member = t->member;
		skel->rodata->passes_on = traced_passes_on(traced, i);
		skel->rodata->actions = s->actions;
		skel->rodata->decides = !i;
	}
	skel->rodata->ifindex = t->ifindex;
	skel->rodata->netns_ino = t->netns_ino;
	err = bpf_program__set_autoload(other, false);
	return err ? err : bpf_program__set_attach_target(p->prog, t->fd, t->name);
}

/*
 * Joins the filter with the object of `*size` bytes, for p->object, and sets *size to what that has
 * then. Returns 0, or -errno with the reason.
 */
static int join_filter(struct program *p, const void *own, const struct capture_settings *s,
		       enum filter_target target, size_t *size, struct reason *why)
{
	struct bpf_insn *code = NULL;
	size_t n;
	int err;

	if (target == FILTER_XDP)
		return object_join(own, *size, target, s->code, s->code_n, &p->object, size, why);
	err = translate_program(s->classic, s->classic_n, target, &code, &n, why);
	if (!err)
		err = object_join(own, *size, target, code, n, &p->object, size, why);
	free(code);
	return err;
}

int program_open(struct program *p, const struct capture_settings *s,
		 const struct traced_list *traced, __u32 i, __u32 generation, struct reason *why)
{
	enum filter_target target = traced ? FILTER_TRACE : FILTER_XDP;
	struct program new = { 0 };
	const void *own;
	size_t size = 0;
	int err;

	if (*s->filter) {
		own = traced ? trace_bpf__elf_bytes(&size) : capture_bpf__elf_bytes(&size);
		err = join_filter(&new, own, s, target, &size, why);
		if (err)
			return err;
	}
	err = traced ? open_trace(&new, s, traced, i, generation, size)
		     : open_capture(&new, s, generation, size);
	if (err) {
		reason_set(why, err, "can't open the program: %s", strerror(-err));
		program_close(&new);
		return err;
	}
	*p = new;
	return 0;
}

int program_share(struct program *p, const struct program *loaded)
{
	int err = 0, fd;

	for (int i = 0; i < PROGRAM_MAPS && !err; i++) {
		fd = bpf_map__fd(loaded->maps.all[i]);
		err = fd < 0 ? bpf_map__set_autocreate(p->maps.all[i], false)
			     : bpf_map__reuse_fd(p->maps.all[i], fd);
	}
	*p->constants.flows = *loaded->constants.flows;
	*p->constants.rings = *loaded->constants.rings;
	*p->constants.wakeup_look_mask = *loaded->constants.wakeup_look_mask;
	return err;
}

void program_close(struct program *p)
{
	capture_bpf__destroy(p->capture);
	trace_bpf__destroy(p->trace);
	free(p->object);
	*p = (struct program){ 0 };
}
