// SPDX-License-Identifier: BSD-2-Clause
/* Asks the kernel about programs; used by the loader, dispatcher.c and chain_look.c. */
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "pin/prog.h"

int prog_uses_map(int prog_fd, __u32 map_id)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	__u32 ids[64] = {}; /* BPF_USED_MAPS, the kernel's own limit */

	info.nr_map_ids = sizeof(ids) / sizeof(ids[0]);
	info.map_ids = (__u64)(unsigned long)ids;
	if (bpf_obj_get_info_by_fd(prog_fd, &info, &len))
		return -errno;
	for (__u32 i = 0; i < info.nr_map_ids && i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i] == map_id)
			return 1;
	return 0;
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

int prog_has_id(int prog_fd, __u32 id)
{
	__u32 found = 0; /* clang-tidy believes that an errno may be 0 */
	int err = prog_get_id(prog_fd, &found);

	return err ? err : found == id;
}

int prog_user_of_map(__u32 map_id, __u32 *id)
{
	__u32 next = 0;
	int found = 0, fd;

	while (!found) {
		if (bpf_prog_get_next_id(next, &next)) {
			*id = 0;
			return errno == ENOENT ? 0 : -errno;
		}
		fd = bpf_prog_get_fd_by_id(next);
		if (fd < 0 && errno == ENOENT)
			continue; /* unloaded meanwhile */
		if (fd < 0)
			return -errno;
		found = prog_uses_map(fd, map_id);
		close(fd);
	}
	if (found < 0)
		return found;
	*id = next;
	return 0;
}
