/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of `xdptap-loader attach`, parsed. */
#ifndef XDPTAP_LOADER_ATTACH_ARGUMENTS_H
#define XDPTAP_LOADER_ATTACH_ARGUMENTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "bpf/abi.h"
#include "loader/program.h"
#include "loader/traced.h"
#include "pin/link.h"
#include "pin/tap_name.h"

struct attach_request {
	struct link link;
	struct tap_name name; /* points to the name in `link`, so this struct is not to be copied */
	enum xdptap_mode mode;
	__u32 prio;
	__u32 cpus;       /* number of possible CPUs */
	__u32 rings;      /* number of ring buffers */
	__u32 ring_bytes; /* size of each ring buffer */
	struct capture_settings settings;
	__u32 flows;  /* entries of the flow map; 0: no flows are counted */
	bool promisc; /* promiscuous mode is wanted */
	bool group;   /* members of this group may read the tap */
	gid_t gid;
	bool require_dispatcher;
	bool trace;               /* programs that are there are to be traced: */
	const char *trace_wanted; /* name or id of one; NULL: the only one, or at exit all */
	bool at_exit;             /* when they return; settings.actions is not 0 then */
	bool verdicts;            /* what they return is to be counted; always with at_exit */
	bool errors; /* and so are the kernel's errors; filled by attach.c, as the next one */
	struct traced_list traced; /* what is traced, or counted; filled by attach.c */
};

/*
 * Parses the arguments after "attach". Returns EXIT_OK; or, after saying what is wrong,
 * EXIT_USAGE, or EXIT_FAILED if the interface does not exist. `bpffs` and `argv` must stay valid.
 * attach_arguments_free() is legal after both.
 */
int attach_arguments_parse(const char *bpffs, int argc, char **argv, struct attach_request *rq);
void attach_arguments_free(struct attach_request *rq);

#endif
