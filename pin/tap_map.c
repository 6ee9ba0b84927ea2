// SPDX-License-Identifier: BSD-2-Clause
/* Opens a pinned map and verifies what it is; used by tap.c. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "pin/tap_map.h"

int tap_map_id(int map_fd, __u32 *id)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(map_fd, &info, &len))
		return -errno;
	*id = info.id;
	return 0;
}

/*
 * Of a program or a link the kernel gives the same call other information, which looks like that of
 * a map. Returns whether the descriptor is certainly of such.
 */
static bool is_no_map(int fd)
{
	char path[64], what[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, what, sizeof(what) - 1);
	if (n < 0)
		return false;
	what[n] = '\0';
	return strstr(what, "bpf-prog") || strstr(what, "bpf_link");
}

int tap_map_open(const struct tap_name *name, const struct tap_map *want, struct reason *reason)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts);
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	char path[PATH_MAX];
	int fd, err;

	err = tap_name_path(path, name, want->name);
	if (err)
		return reason_set(reason, err, "the path is too long");
	opts.file_flags = want->flags;
	fd = bpf_obj_get_opts(path, &opts);
	if (fd < 0)
		return reason_set(reason, -errno, "can't open %s: %s", path, strerror(errno));
	err = bpf_obj_get_info_by_fd(fd, &info, &len) ? -errno : 0;
	if (err == -EINVAL ||
	    (!err && (info.type != want->type || info.key_size != want->key_bytes) &&
	     is_no_map(fd))) {
		err = reason_set(reason, -EPROTO, "%s is pinned, but is not a map", path);
	} else if (err) {
		err = reason_set(reason, err, "can't examine %s: %s", path, strerror(-err));
	} else if (info.type != want->type) {
		err = reason_set(reason, -EPROTO, "%s is a map of type %u, not %u", path, info.type,
				 want->type);
	} else if (info.key_size != want->key_bytes) {
		err = reason_set(reason, -EPROTO, "%s has keys of %u bytes, not %u", path,
				 info.key_size, want->key_bytes);
	} else if (info.value_size != want->value_bytes) {
		err = reason_set(reason, -EPROTO, "%s has values of %u bytes, not %u", path,
				 info.value_size, want->value_bytes);
	} else if (want->entries && info.max_entries != want->entries) {
		err = reason_set(reason, -EPROTO, "%s has %u entries, not %u", path,
				 info.max_entries, want->entries);
	}
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}
