/* SPDX-License-Identifier: BSD-2-Clause */
/* The code of a filter as text: classic BPF as `tcpdump -d` prints it, eBPF as bpftool does. */
#ifndef XDPTAP_LOADER_FILTER_DUMP_H
#define XDPTAP_LOADER_FILTER_DUMP_H

#include <stddef.h>

#include <linux/bpf.h>

/* Enough for any line of dump_ebpf(), with its end. */
#define DUMP_MAX 96

/*
 * Writes instruction `pc` of what translate_program() made as a line without its end; instructions
 * that it does not make are shown as numbers. Returns `text`. For classic BPF, see
 * expression_image().
 */
const char *dump_ebpf(char text[DUMP_MAX], const struct bpf_insn *code, size_t pc);

#endif
