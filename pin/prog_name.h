/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of a program in full; the kernel itself keeps only 15 characters of it. */
#ifndef XDPTAP_PIN_PROG_NAME_H
#define XDPTAP_PIN_PROG_NAME_H

#include <linux/types.h>

#include "bpf/abi.h"

struct bpf_prog_info;

/*
 * Gets what the kernel knows of a program, and the id of its main function in its BTF,
 * info->btf_id; 0 if it has none. Returns 0 or -errno.
 */
int prog_name_function(int prog_fd, struct bpf_prog_info *info, __u32 *type_id);

/*
 * Gets the name of the function of this program, as its BTF has it, cut off to fit; without BTF,
 * the kernel's name. It may hold any bytes. Returns 0 or -errno.
 */
int prog_name_get(int prog_fd, char name[XDPTAP_TRACED_NAME_MAX]);

#endif
