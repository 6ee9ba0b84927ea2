// SPDX-License-Identifier: BSD-2-Clause
/*
 * Names of states, for all three tools, and the state of a tap that is open, for xdptap-reader
 * and xdptap-stats.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/dispatcher.h"
#include "pin/link.h"
#include "pin/tap.h"
#include "pin/tap_state.h"

const char *tap_state_name(enum tap_state state)
{
	static const char *const names[] = {
		[TAP_STATE_ATTACHED] = "attached",
		[TAP_STATE_PROGRAM_GONE] = "program gone",
		[TAP_STATE_TRACED_GONE] = "traced program gone",
		[TAP_STATE_INTERFACE_GONE] = "interface gone",
		[TAP_STATE_OTHER_NETNS] = "other netns",
		[TAP_STATE_IN_PROGRESS] = "in progress",
		[TAP_STATE_HALF_MADE] = "half-made",
		[TAP_STATE_UNUSABLE] = "unusable",
		[TAP_STATE_DETACHED] = "detached",
	};

	return names[state];
}

/* Returns whether our program was replaced or removed where it was attached. */
static bool detached_from_interface(const struct tap_meta *meta, const struct in_force *f)
{
	struct link link;
	__u32 id;

	if (link_get(meta->ifindex, &link))
		return false;
	switch (meta->mode) {
	case XDPTAP_MODE_NATIVE:
		id = link.native_id;
		break;
	case XDPTAP_MODE_GENERIC:
		id = link.generic_id;
		break;
	case XDPTAP_MODE_OFFLOAD:
		id = link.offload_id;
		break;
	default:
		return false;
	}
	/* With a dispatcher it is the id of the dispatcher, which may change. */
	return !id || (!meta->dispatcher && id != f->prog_id && id != f->other_prog_id);
}

/* How often to look again when libxdp replaces its dispatcher meanwhile. */
#define TRIES 3

/* Gets the programs of the interface, in native and generic mode. */
static int get_ids(__u32 ifindex, __u32 ids[2])
{
	struct link link;

	if (link_get(ifindex, &link))
		return -1;
	ids[0] = link.native_id;
	ids[1] = link.generic_id;
	return 0;
}

/*
 * Returns whether a program is certainly not on the interface any more: neither alone, nor, if it
 * was in a dispatcher, as a member of one.
 */
static bool absent(const char *bpffs, const struct tap_meta *meta, __u32 id)
{
	__u32 ids[2], again[2];

	if (get_ids(meta->ifindex, ids))
		return false;
	for (int try = 0; try < TRIES; try++) {
		if (ids[0] == id || ids[1] == id)
			return false;
		/* A program that was alone is never a member of a dispatcher. */
		if (!meta->dispatcher)
			return true;
		for (int i = 0; i < 2; i++)
			if (ids[i] && dispatcher_has(bpffs, meta->ifindex, ids[i], id))
				return false;
		if (get_ids(meta->ifindex, again))
			return false;
		if (!memcmp(ids, again, sizeof(ids)))
			return true;
		memcpy(ids, again, sizeof(ids));
	}
	return false;
}

/* Returns whether the program that is traced is certainly not on the interface any more. */
static bool traced_gone(const char *bpffs, const struct tap_meta *meta, const struct in_force *f)
{
	__u32 ids[2];

	if (!f->traced_all)
		return absent(bpffs, meta, f->traced_id);
	/* Of several that are traced, who looks at them all says which have left: chain_look.h. */
	return !get_ids(meta->ifindex, ids) && !ids[0] && !ids[1];
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

/* While `xdptap-loader set` runs, or after it was killed, either may be the one that is attached.
 */
static enum program find_either(const struct in_force *f)
{
	enum program program = find_program(f->prog_id);

	return program == PROGRAM_GONE && f->other_prog_id ? find_program(f->other_prog_id)
							   : program;
}

/* Who may not ask for programs by id may still be allowed to open libxdp's pins. */
static bool left_dispatcher(const char *bpffs, const struct tap_meta *meta,
			    const struct in_force *f)
{
	return meta->dispatcher && absent(bpffs, meta, f->prog_id) &&
	       (!f->other_prog_id || absent(bpffs, meta, f->other_prog_id));
}

enum tap_state tap_state_check(const char *bpffs, const struct tap_meta *meta,
			       const struct in_force *f)
{
	bool here = meta->netns_ino == tap_netns_ino();
	enum program program = find_either(f);
	struct link link;

	if (here && link_get(meta->ifindex, &link) == -ENODEV) {
		/*
		 * An interface that was moved to another namespace keeps its program loaded, and
		 * frames go on. In a dispatcher the pins of libxdp keep it loaded in any case.
		 */
		return program == PROGRAM_LOADED && !meta->dispatcher && !meta->trace
			       ? TAP_STATE_ATTACHED
			       : TAP_STATE_INTERFACE_GONE;
	}
	if (meta->trace && program != PROGRAM_GONE)
		return here && traced_gone(bpffs, meta, f) ? TAP_STATE_TRACED_GONE
							   : TAP_STATE_ATTACHED;
	if ((here && detached_from_interface(meta, f)) || program == PROGRAM_GONE)
		return TAP_STATE_PROGRAM_GONE;
	if (here && program == PROGRAM_UNKNOWN && left_dispatcher(bpffs, meta, f))
		return TAP_STATE_PROGRAM_GONE;
	return TAP_STATE_ATTACHED;
}
