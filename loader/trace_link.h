/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bpf_links that attach the programs which trace others: those of a trace tap, and those that
 * count verdicts. Pinned, a link holds its program and what that traces.
 */
#ifndef XDPTAP_LOADER_TRACE_LINK_H
#define XDPTAP_LOADER_TRACE_LINK_H

#include <stdbool.h>

#include <linux/types.h>

#include "loader/program.h"
#include "pin/tap_name.h"

struct bpf_program;

/* A name of a pin, of each kind. `member` is an index in XDPTAP_MAP_MEMBERS. */
#define TRACE_LINK_NAME_MAX 32
const char *trace_link_entry(char pin[TRACE_LINK_NAME_MAX], __u32 generation);
const char *trace_link_exit(char pin[TRACE_LINK_NAME_MAX], __u32 generation, __u32 member);
const char *trace_link_verdict(char pin[TRACE_LINK_NAME_MAX], __u32 member);

/*
 * Attaches the program, which is loaded, where it is to trace, and pins the link under this name.
 * From then on it runs, whatever becomes of this process. Returns 0 or -errno.
 */
int trace_link_attach(const struct tap_name *name, const char *pin, struct bpf_program *prog);

/*
 * Removes the links of this generation, at entry or exit, and so their programs. Returns how
 * many there were, or -errno.
 */
int trace_link_remove(const struct tap_name *name, __u32 generation);

/* Removes the pin of this name. Returns 0, also if there is none, or -errno. */
int trace_link_unpin(const struct tap_name *name, const char *pin);

/*
 * Gets the id of the program that the link of this name traces; 0 if there is no link. Returns 0 or
 * -errno.
 */
int trace_link_target(const struct tap_name *name, const char *pin, __u32 *id);

/*
 * Whether the verifier has refused a trace program because of its filter, rather than for what any
 * trace program needs.
 */
bool trace_link_blames_filter(int err, const struct capture_settings *settings);

/* Why the kernel refused to load or attach a trace program, and in *hint what to do about it. */
const char *trace_link_refusal(int err, const char **hint);

#endif
