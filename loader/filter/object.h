/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts a translated filter in the place of the weak filter_matches() (bpf/filter.h) of a compiled
 * BPF object. No compiler is needed: the function becomes an ELF object of its own, which libbpf's
 * linker joins with the other one.
 */
#ifndef XDPTAP_LOADER_FILTER_OBJECT_H
#define XDPTAP_LOADER_FILTER_OBJECT_H

#include <stddef.h>

#include <linux/bpf.h>

#include "loader/filter/target.h"
#include "pin/reason.h"

struct btf;

/* The function's name, in both objects. */
#define OBJECT_FUNCTION "filter_matches"

/*
 * Joins the BPF object of `size` bytes, a program of this kind, with the function of `n`
 * instructions. Returns 0, and in
 * *joined the *joined_size bytes of the new object, which the caller frees; it has all that the old
 * one has, under the same names. Or returns -errno with the reason.
 *
 * The skeleton of the old object opens the new one, too, if it is told of its bytes, which have to
 * stay until it is loaded:
 *
 *     skel = calloc(1, sizeof(*skel));
 *     err = capture_bpf__create_skeleton(skel);
 *     skel->skeleton->data = joined;
 *     skel->skeleton->data_sz = joined_size;
 *     err = bpf_object__open_skeleton(skel->skeleton, NULL);
 */
int object_join(const void *object, size_t size, enum filter_target target,
		const struct bpf_insn *code, size_t n, void **joined, size_t *joined_size,
		struct reason *why);

/*
 * Returns BTF that holds nothing but the function, and in *type_id its id; NULL and errno on an
 * error. The caller frees it by btf__free().
 */
struct btf *object_btf(enum filter_target target, int *type_id);

#endif
