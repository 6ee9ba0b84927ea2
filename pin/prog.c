// SPDX-License-Identifier: BSD-2-Clause
/* Asks the kernel about programs; used by the loader, dispatcher.c and chain_look.c. */
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "pin/prog.h"

bool prog_uses_map(int prog_fd, __u32 map_id)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	__u32 ids[64] = {}; /* BPF_USED_MAPS, the kernel's own limit */

	info.nr_map_ids = sizeof(ids) / sizeof(ids[0]);
	info.map_ids = (__u64)(unsigned long)ids;
	if (bpf_obj_get_info_by_fd(prog_fd, &info, &len))
		return false;
	for (__u32 i = 0; i < info.nr_map_ids && i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i] == map_id)
			return true;
	return false;
}

int prog_get_id(int prog_fd, __u32 *id)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(prog_fd, &info, &len))
		return -errno;
	*id = info.id;
	return 0;
}

bool prog_has_id(int prog_fd, __u32 id)
{
	__u32 found = 0;

	return !prog_get_id(prog_fd, &found) && found == id;
}

__u32 prog_user_of_map(__u32 map_id)
{
	__u32 id = 0;
	bool found;
	int fd;

	while (!bpf_prog_get_next_id(id, &id)) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			continue; /* unloaded meanwhile */
		found = prog_uses_map(fd, map_id);
		close(fd);
		if (found)
			return id;
	}
	return 0;
}
