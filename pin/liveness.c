// SPDX-License-Identifier: BSD-2-Clause
/* Checks taps for reader and stats; the loader finds out more, with its privileges and libxdp. */
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/liveness.h"
#include "pin/tap.h"

/* Returns whether our program was replaced or removed where it was attached. */
static bool detached_from_interface(const struct tap_meta *meta)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	__u32 id;

	if (bpf_xdp_query((int)meta->ifindex, 0, &query))
		return false;
	switch (meta->mode) {
	case XDPTAP_MODE_NATIVE:
		id = query.drv_prog_id;
		break;
	case XDPTAP_MODE_GENERIC:
		id = query.skb_prog_id;
		break;
	case XDPTAP_MODE_OFFLOAD:
		id = query.hw_prog_id;
		break;
	default:
		return false;
	}
	/* With a dispatcher it is the id of the dispatcher, which may change. */
	return !id || (!meta->dispatcher && id != meta->prog_id);
}

enum program { PROGRAM_LOADED, PROGRAM_GONE, PROGRAM_UNKNOWN };

/* PROGRAM_UNKNOWN: the kernel refuses to answer. */
static enum program find_program(__u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return errno == ENOENT ? PROGRAM_GONE : PROGRAM_UNKNOWN;
	close(fd);
	return PROGRAM_LOADED;
}

enum liveness liveness_check(const struct tap_meta *meta)
{
	bool here = meta->netns_ino == tap_netns_ino();
	enum program program = find_program(meta->prog_id);
	char name[IF_NAMESIZE];

	if (here && !if_indextoname(meta->ifindex, name) && errno == ENXIO) {
		/*
		 * An interface that was moved to another namespace keeps its program loaded, and
		 * frames go on. In a dispatcher the pins of libxdp keep it loaded in any case.
		 */
		return program == PROGRAM_LOADED && !meta->dispatcher ? LIVENESS_ATTACHED
								      : LIVENESS_INTERFACE_GONE;
	}
	if ((here && detached_from_interface(meta)) || program == PROGRAM_GONE)
		return LIVENESS_PROGRAM_GONE;
	return LIVENESS_ATTACHED;
}

const char *liveness_name(enum liveness liveness)
{
	static const char *const names[] = {
		[LIVENESS_ATTACHED] = "attached",
		[LIVENESS_INTERFACE_GONE] = "interface gone",
		[LIVENESS_PROGRAM_GONE] = "program gone",
	};

	return names[liveness];
}
