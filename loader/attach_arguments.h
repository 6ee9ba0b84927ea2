/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of `xdptap-loader attach`, parsed. */
#ifndef XDPTAP_LOADER_ATTACH_ARGUMENTS_H
#define XDPTAP_LOADER_ATTACH_ARGUMENTS_H

#include <stdbool.h>

#include "bpf/abi.h"
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
	__u32 snaplen;    /* bytes of a frame to record, at most */
	__u32 flows;      /* entries of the flow map; 0: no flows are counted */
	bool promisc;     /* promiscuous mode is wanted */
	bool require_dispatcher;
};

/*
 * Parses the arguments after "attach". Returns EXIT_OK; or, after saying what is wrong,
 * EXIT_USAGE, or EXIT_FAILED if the interface does not exist. `bpffs` must stay valid.
 */
int attach_arguments_parse(const char *bpffs, int argc, char **argv, struct attach_request *rq);

#endif
