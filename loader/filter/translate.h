/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translates classic BPF into the eBPF function that replaces filter_matches() of bpf/filter.h: in
 * an XDP program
 *
 *     int filter_matches(struct xdp_md *frame, __u32 len)
 *
 * and in a trace program the same with a struct traced_frame, see bpf/frame.h. `len` is the number
 * of bytes of the whole frame, in all its buffers. The function returns 1 if the frame matches,
 * else 0, as pcap_offline_filter() does for a frame that was captured whole.
 *
 * There are these differences:
 *  - In an XDP program, a byte at an offset above 65535 can't be read: a frame for which the
 * program wants one does not match. In a trace program that is true of a byte in a later buffer.
 *  - A loop has TRANSLATE_ROUNDS_MAX rounds, and a frame that wants more does not match. Only
 *    protochain makes loops. Each round passes an IPv6 extension header or an authentication
 *    header, which have at least 8 bytes.
 *  - Scratch memory begins as 0. libpcap's interpreter leaves it undefined, and what libpcap makes
 *    of "geneve or tcp port 80" reads it before it writes it, unless the frame is Geneve.
 */
#ifndef XDPTAP_LOADER_FILTER_TRANSLATE_H
#define XDPTAP_LOADER_FILTER_TRANSLATE_H

#include <stddef.h>

#include <linux/bpf.h>
#include <linux/filter.h>

#include "loader/filter/target.h"
#include "pin/reason.h"

#define TRANSLATE_ROUNDS_MAX 128

/*
 * Translates a program of `n` instructions for a program of this kind. Returns 0, and in *code,
 * which the caller frees, the *count instructions of the function. Or returns -errno with the
 * reason: -EINVAL for a program that is none, -E2BIG for one that is too long or loops too much for
 * the kernel, -ENOMEM.
 */
int translate_program(const struct sock_filter *program, size_t n, enum filter_target target,
		      struct bpf_insn **code, size_t *count, struct reason *why);

#endif
