/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compiles an expression of pcap-filter(7) by libpcap, whose headers this one does not include:
 * their struct bpf_insn has the name of the kernel's.
 */
#ifndef XDPTAP_PIN_CLI_EXPRESSION_H
#define XDPTAP_PIN_CLI_EXPRESSION_H

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
int expression_compile(const char *expression, bool optimize, struct sock_filter **program,
		       size_t *n, struct reason *why);

/*
 * Returns instruction `pc` as a line of `tcpdump -d`, without its end, in a buffer that the next
 * call overwrites.
 */
const char *expression_image(const struct sock_filter *program, size_t pc);

#endif
