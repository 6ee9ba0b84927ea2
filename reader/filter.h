/* SPDX-License-Identifier: BSD-2-Clause */
/* Filter expressions of pcap-filter(7), by which libpcap judges packets. */
#ifndef XDPTAP_READER_FILTER_H
#define XDPTAP_READER_FILTER_H

#include <stdbool.h>

#include "pin/reason.h"
#include "reader/packet.h"

struct filter;

/*
 * Compiles an expression; an empty one matches everything. Returns 0; or -EINVAL, if the expression
 * is wrong, or -ENOMEM, with the reason as expression_compile() gives it. *f is untouched on
 * failure, and is to be freed otherwise.
 */
int filter_compile(struct filter **f, const char *expression, struct reason *why);
void filter_free(struct filter *f);

/*
 * Whether the packet matches: its captured bytes and its length on the wire, or, if no bytes were
 * captured, the headers that synth_frame() makes up. What loads a byte beyond them is no match.
 */
bool filter_matches(const struct filter *f, const struct packet *packet);

#endif
