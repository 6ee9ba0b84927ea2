/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compiles an expression of pcap-filter(7) by libpcap. Nothing else includes libpcap's headers: its
 * struct bpf_insn has the name of the kernel's.
 */
#ifndef XDPTAP_LOADER_FILTER_COMPILE_H
#define XDPTAP_LOADER_FILTER_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/filter.h>

#include "pin/reason.h"

/*
 * Compiles for whole Ethernet frames, as they are in a capture file; an empty expression matches
 * all. `optimize`: let libpcap shorten the code. Returns 0, and in *program, which the caller
 * frees, *n instructions. Or returns -EINVAL with the reason, in libpcap's words; it is one line,
 * or three if the place of the error is known: then the expression and a mark below it follow.
 * -ENOMEM.
 */
int compile_expression(const char *expression, bool optimize, struct sock_filter **program,
		       size_t *n, struct reason *why);

#endif
