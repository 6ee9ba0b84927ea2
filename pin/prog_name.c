// SPDX-License-Identifier: BSD-2-Clause
/* Finds the name of a program; used by chain_look.c and the loader. */
#include <errno.h>
#include <stdio.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "pin/prog_name.h"

/* Gets the name of a function from the BTF with this id. Returns 0 or -errno. */
static int function_name(__u32 btf_id, __u32 type_id, char name[XDPTAP_TRACED_NAME_MAX])
{
	struct btf *btf = btf__load_from_kernel_by_id(btf_id);
	const struct btf_type *func;
	int err = -EINVAL;

	if (!btf)
		return -errno;
	func = btf__type_by_id(btf, type_id);
	if (func && btf_is_func(func)) {
		snprintf(name, XDPTAP_TRACED_NAME_MAX, "%s",
			 btf__name_by_offset(btf, func->name_off));
		err = 0;
	}
	btf__free(btf);
	return err;
}

int prog_name_function(int prog_fd, struct bpf_prog_info *info, __u32 *type_id)
{
	struct bpf_func_info function = { 0 };
	__u32 len = sizeof(*info);

	*type_id = 0;
	*info = (struct bpf_prog_info){
		.nr_func_info = 1,
		.func_info_rec_size = sizeof(function),
		.func_info = (__u64)(unsigned long)&function,
	};
	if (bpf_obj_get_info_by_fd(prog_fd, info, &len))
		return -errno;
	if (info->btf_id && info->nr_func_info)
		*type_id = function.type_id;
	return 0;
}

int prog_name_get(int prog_fd, char name[XDPTAP_TRACED_NAME_MAX])
{
	struct bpf_prog_info info;
	__u32 type_id;
	int err;

	err = prog_name_function(prog_fd, &info, &type_id);
	if (err)
		return err;
	if (!type_id || function_name(info.btf_id, type_id, name))
		snprintf(name, XDPTAP_TRACED_NAME_MAX, "%.*s", (int)sizeof(info.name), info.name);
	return 0;
}
