/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that a new tap traces, or whose verdicts it counts; for attach. */
#ifndef XDPTAP_LOADER_ATTACH_TRACED_H
#define XDPTAP_LOADER_ATTACH_TRACED_H

#include "loader/attach_arguments.h"
#include "loader/attachment.h"

/* Finds what is to be traced, for rq->traced. Returns 0, or -errno after saying why. */
int attach_traced_find(struct attach_request *rq);

/*
 * Begins to count what the programs of rq->traced return, and whether the kernel could do it.
 * Returns 0, or -errno after saying why.
 */
int attach_traced_count(struct attach_request *rq);

/* The same of all programs that are beside ours, which it finds. */
int attach_traced_count_others(struct attach_request *rq, const struct attachment *a);

/* Says whose verdicts are counted. */
void attach_traced_say(const struct attach_request *rq);

#endif
