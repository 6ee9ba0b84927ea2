/* SPDX-License-Identifier: BSD-2-Clause */
/* The capture program with its settings, opened but not loaded; for attach and set. */
#ifndef XDPTAP_LOADER_PROGRAM_H
#define XDPTAP_LOADER_PROGRAM_H

#include <stddef.h>

#include <linux/types.h>

#include "loader/filter/target.h"
#include "pin/reason.h"

struct bpf_insn;
struct bpf_map;
struct bpf_object;
struct bpf_program;
struct capture_bpf;
struct sock_filter;
struct tap_settings;
struct trace_bpf;
struct traced_list;

/* What a tap is to capture, as struct tap_settings says. */
struct capture_settings {
	const char *filter; /* the caller's; "": none */
	/* The filter as libpcap compiles it, and translated for an XDP program; NULL: none; owned
	 * by this struct. */
	struct sock_filter *classic;
	struct bpf_insn *code;
	size_t classic_n, code_n; /* instructions */
	__u32 snaplen;
	__u32 sample;
	__u32 actions; /* as tap_settings.actions */
};

/*
 * Takes an expression of pcap-filter(7), which must stay valid, for *s. Returns 0, or -errno with
 * the reason; then *s is as before.
 */
int program_set_filter(struct capture_settings *s, const char *expression, struct reason *why);

void program_free_settings(struct capture_settings *s);

/*
 * Fills the record of these settings for the program `prog_id`, and the time. `traced`: what is
 * traced; NULL: it is an XDP program.
 */
void program_record(struct tap_settings *record, const struct capture_settings *s,
		    const struct traced_list *traced, __u32 generation, __u32 prog_id);

#define PROGRAM_MAPS 11

/* A program of either kind. What both objects have is here under the names that it has there. */
struct program {
	struct bpf_object *obj;
	struct bpf_program *prog;
	union {
		struct {
			struct bpf_map *packet_ringbuf, *cpu_rings, *stats_map, *control, *settings,
				*decided, *doorbell, *wakeup, *meta, *flow_map, *flow_flushed;
		};
		struct bpf_map *all[PROGRAM_MAPS];
	} maps;
	/* Constants, to be set before the object is loaded. */
	struct {
		__u32 *flows, *rings, *wakeup_look_mask;
	} constants;

	struct capture_bpf *capture; /* one of these two */
	struct trace_bpf *trace;
	void *object; /* what it was opened from, if that has a filter; ours */
};

_Static_assert(sizeof(((struct program *)0)->maps) == sizeof(((struct program *)0)->maps.all),
	       "each of them is in both");

/*
 * Opens the object with these settings, for this generation, its clock set; to trace number i of
 * `traced` if that is not NULL. Returns 0, close it with program_close() then; or -errno with the
 * reason.
 */
int program_open(struct program *p, const struct capture_settings *s,
		 const struct traced_list *traced, __u32 i, __u32 generation, struct reason *why);

/*
 * Prepares a program that was opened for what another one, which is loaded, uses: maps and
 * constants. Returns 0 or -errno.
 */
int program_share(struct program *p, const struct program *loaded);

/* Closes it; nothing if it is all 0. What was loaded and is pinned or attached stays. */
void program_close(struct program *p);

#endif
