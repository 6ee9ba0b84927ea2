/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A translated filter in the running kernel, called by a program of a few instructions that passes
 * the frames that match and drops the others; and what libpcap says of the same frame.
 */
#ifndef XDPTAP_TEST_JUDGE_H
#define XDPTAP_TEST_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/filter.h>

/*
 * Loads the function. Returns the program's descriptor, or -errno; then *log, a static buffer, is
 * the end of what the verifier said.
 */
int judge_load(const struct bpf_insn *code, size_t n, const char **log);

/* How many instructions the verifier has followed for it. */
__u32 judge_verified(int fd);

/*
 * Runs it on a frame, of which the first `linear` bytes are readable in place (0: the kernel
 * decides). Returns 1 for a match, 0, or -errno: -EPROTO if the function returned another number.
 */
int judge_run(int fd, const void *frame, __u32 len, __u32 linear);

/* What pcap_offline_filter() says of a frame that was captured whole: 1 or 0. */
int judge_libpcap(const struct sock_filter *program, size_t n, const void *frame, __u32 len);

#endif
