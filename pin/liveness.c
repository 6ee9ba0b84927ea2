// SPDX-License-Identifier: BSD-2-Clause
/* For those who read a tap; the loader looks closer, with its privileges and libxdp. */
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/liveness.h"
#include "pin/tap.h"

/* Whether nothing, or another program, is where ours was attached. */
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
	/* With a dispatcher it is the dispatcher's id, and may change. */
	return !id || (!meta->dispatcher && id != meta->prog_id);
}

enum program { PROGRAM_LOADED, PROGRAM_GONE, PROGRAM_UNKNOWN };

/* The kernel may refuse to say. */
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
		 * Moved to another namespace it goes on, and keeps its program loaded. So
		 * do libxdp's pins that of a dispatcher.
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
