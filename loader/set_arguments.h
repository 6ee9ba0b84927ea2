/* SPDX-License-Identifier: BSD-2-Clause */
/* What `xdptap-loader set` is asked for. */
#ifndef XDPTAP_LOADER_SET_ARGUMENTS_H
#define XDPTAP_LOADER_SET_ARGUMENTS_H

#include <stdbool.h>

#include "loader/program.h"

struct set_request {
	struct capture_settings settings; /* filter NULL: as it is; the same for actions 0 */
	__u32 sample;                     /* 0: as it is */
	__s64 snaplen;                    /* -1: as it is */
	int paused;                       /* -1: as it is */
	bool trace;                       /* what is there now is to be traced: */
	const char *trace_wanted;         /* its name or id; NULL: the only one, or at exit all */
	bool verdicts;                    /* those that are there now are to be counted */
};

/*
 * Parses the words after the interface. Returns an exit status, after saying why if it is not
 * EXIT_OK; free rq->settings with program_free_settings() in any case.
 */
int set_arguments_parse(int argc, char **argv, struct set_request *rq);

#endif
