/* SPDX-License-Identifier: BSD-2-Clause */
/* What attach was asked for: the words of the command line, understood. */
#ifndef XDPTAP_LOADER_ATTACH_ARGUMENTS_H
#define XDPTAP_LOADER_ATTACH_ARGUMENTS_H

#include <stdbool.h>

#include "bpf/abi.h"
#include "pin/tap_name.h"

struct attach_request {
	struct tap_name name;
	__u32 ifindex;
	enum xdptap_mode mode;
	__u32 prio;
	__u32 cpus;       /* possible ones */
	__u32 rings;      /* how many */
	__u32 ring_bytes; /* of each */
	__u32 snaplen;    /* bytes of a frame behind its event, at most */
	__u32 flows;      /* entries of their map; 0: none */
	bool require_dispatcher;
};

/*
 * Understands the words behind "attach". Says what is wrong with them; returns
 * EXIT_OK, EXIT_USAGE, or EXIT_FAILED for an interface that there is not.
 */
int attach_arguments_parse(const char *bpffs, int argc, char **argv, struct attach_request *rq);

#endif
