// SPDX-License-Identifier: BSD-2-Clause
/* Attaches errors.bpf.c to the kernel's tracepoints; used by attach.c. */
#include <errno.h>

#include <bpf/libbpf.h>

#include "bpf/errors.skel.h"
#include "loader/errors.h"
#include "loader/trace_link.h"
#include "pin/tap.h"

static int pin_map(const struct tap_name *name, struct bpf_map *map)
{
	char path[PATH_MAX];
	int err = tap_name_path(path, name, XDPTAP_MAP_ERRORS);

	return err ? err : bpf_map__set_pin_path(map, path);
}

int errors_begin(const struct tap_name *name, __u32 ifindex)
{
	struct errors_bpf *skel = errors_bpf__open();
	int err;

	if (!skel)
		return -errno;
	skel->rodata->ifindex = ifindex;
	skel->rodata->netns_ino = tap_netns_ino();
	err = pin_map(name, skel->maps.xdp_errors);
	if (!err)
		err = errors_bpf__load(skel);
	if (!err)
		err = trace_link_attach(name, XDPTAP_LINK_EXCEPTION, skel->progs.count_exception);
	if (!err)
		err = trace_link_attach(name, XDPTAP_LINK_REDIRECT,
					skel->progs.count_redirect_error);
	if (err) {
		trace_link_unpin(name, XDPTAP_LINK_EXCEPTION);
		trace_link_unpin(name, XDPTAP_MAP_ERRORS);
	}
	errors_bpf__destroy(skel);
	return err;
}
