/* SPDX-License-Identifier: BSD-2-Clause */
/* The bpf_link that attaches the program of a trace tap; pinned, it holds that and what it traces.
 */
#ifndef XDPTAP_LOADER_TRACE_LINK_H
#define XDPTAP_LOADER_TRACE_LINK_H

#include <stdbool.h>

#include <linux/types.h>

#include "loader/program.h"
#include "pin/tap_name.h"

struct bpf_program;

/*
 * Attaches the program, which is loaded, where it is to trace, and pins the link as that of this
 * generation. From then on it runs, whatever becomes of this process. Returns 0 or -errno.
 */
int trace_link_attach(const struct tap_name *name, __u32 generation, struct bpf_program *prog);

/* Removes the link of this generation, and so its program. Returns 0; -ENOENT if there is none, or
 * -errno. */
int trace_link_remove(const struct tap_name *name, __u32 generation);

/*
 * Whether the verifier has refused a trace program because of its filter, rather than for what any
 * trace program needs.
 */
bool trace_link_blames_filter(int err, const struct capture_settings *settings);

/* Why the kernel refused to load or attach a trace program, and in *hint what to do about it. */
const char *trace_link_refusal(int err, const char **hint);

#endif
