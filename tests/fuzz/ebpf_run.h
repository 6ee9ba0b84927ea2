/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the eBPF that translate.c makes, in user space, as strictly as the verifier checks it: no
 * register is read before it was set, no byte of the frame that was not compared with its end, no
 * instruction is out of reach. Used by filter_fuzz.c.
 */
#ifndef XDPTAP_TEST_EBPF_RUN_H
#define XDPTAP_TEST_EBPF_RUN_H

#include <stddef.h>

#include <linux/bpf.h>

/* Says what is wrong with the code's jumps, and aborts, if something is. */
void ebpf_run_check(const struct bpf_insn *code, size_t n);

/*
 * Returns what the function returns for a frame of `len` bytes, the first `linear` of which can be
 * read in place. Aborts after saying what it did that the verifier would not allow.
 */
__u64 ebpf_run(const struct bpf_insn *code, size_t n, const __u8 *frame, __u32 len, __u32 linear);

#endif
