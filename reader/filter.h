/* SPDX-License-Identifier: BSD-2-Clause */
/* Filter expressions of pcap-filter(7). libpcap compiles and judges them; nobody else calls it. */
#ifndef XDPTAP_READER_FILTER_H
#define XDPTAP_READER_FILTER_H

#include <stdbool.h>

#include "reader/packet.h"

struct filter;

/* Bytes of a reason, with its NUL. */
#define FILTER_REASON_MAX 256

/*
 * Compiles an expression; an empty one matches everything. Returns 0; -EINVAL with `reason` filled
 * if the expression is wrong; or -ENOMEM. *f is untouched on failure, and is to be freed
 * otherwise.
 */
int filter_compile(struct filter **f, const char *expression, char reason[FILTER_REASON_MAX]);
void filter_free(struct filter *f);

/*
 * Whether the packet matches: its captured bytes and its length on the wire, or, if no bytes were
 * captured, the headers that synth_frame() makes up. What loads a byte beyond them is no match.
 */
bool filter_matches(const struct filter *f, const struct packet *packet);

#endif
