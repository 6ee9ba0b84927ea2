// SPDX-License-Identifier: BSD-2-Clause
/* Compares the meta record of a tap with what is really attached; used by attach and show. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "loader/chain.h"
#include "loader/state.h"
#include "pin/cli/diag.h"
#include "pin/dispatcher.h"
#include "pin/lock.h"
#include "pin/prog.h"

/* For a tap without meta: finds out whether its loader is still at work. Returns 0 or -errno. */
static int unfinished(const struct tap_name *name, enum tap_state *state)
{
	char path[PATH_MAX];
	int fd, err;

	err = tap_name_path(path, name, NULL);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*state = lock_holder(fd) ? TAP_STATE_IN_PROGRESS : TAP_STATE_HALF_MADE;
	close(fd);
	return 0;
}

/*
 * For an interface that can't be seen from here. If the program is still loaded, the interface
 * was moved to another network namespace, or the tap was attached in one. In a dispatcher that
 * proves nothing, since libxdp's own pins hold the program as well.
 */
static enum tap_state out_of_sight(const char *bpffs, const struct tap *tap, __u32 ring_id)
{
	if (!prog_user_of_map(ring_id))
		return TAP_STATE_INTERFACE_GONE;
	/* The tap's own pin holds a trace program, and so that which it traces. */
	if (tap->meta.trace)
		return tap->meta.netns_ino == tap_netns_ino() ? TAP_STATE_INTERFACE_GONE
							      : TAP_STATE_OTHER_NETNS;
	if (tap->meta.dispatcher && dispatcher_is_dead(bpffs, ring_id))
		return TAP_STATE_INTERFACE_GONE;
	return TAP_STATE_OTHER_NETNS;
}

static int check_chain(const char *bpffs, const struct tap *tap, enum tap_state *state,
		       struct reason *reason)
{
	struct xdp_multiprog *mp = NULL;
	char ifname[IF_NAMESIZE];
	__u32 ring_id;
	int err;

	err = tap_map_id(tap->ring_fds[0], &ring_id);
	if (err)
		return reason_set(reason, err, "can't examine its ring buffer: %s", strerror(-err));
	if (tap->meta.netns_ino != tap_netns_ino() || !if_indextoname(tap->meta.ifindex, ifname)) {
		*state = out_of_sight(bpffs, tap, ring_id);
		return 0;
	}
	if (tap->meta.trace) {
		*state = prog_user_of_map(ring_id)
				 ? tap_state_check(bpffs, &tap->meta, &tap->in_force)
				 : TAP_STATE_PROGRAM_GONE;
		return 0;
	}
	err = chain_get(tap->meta.ifindex, &mp);
	if (err)
		return reason_set(reason, err, "can't list the XDP programs of %s: %s", ifname,
				  strerror(-err));
	*state = mp && chain_find_map(mp, ring_id) ? TAP_STATE_ATTACHED : TAP_STATE_PROGRAM_GONE;
	xdp_multiprog__close(mp);
	return 0;
}

int state_get(const struct tap_name *name, enum tap_state *state, struct tap *tap,
	      struct reason *reason)
{
	struct tap t = TAP_CLOSED;
	int err;

	*tap = t;
	err = tap_open(name, TAP_RINGS | TAP_FLOWS, &t, reason);
	if (err == -ENODATA)
		return unfinished(name, state);
	if (err == -EPROTO) {
		*state = TAP_STATE_UNUSABLE;
		return 0;
	}
	if (err)
		return err;
	err = check_chain(name->bpffs, &t, state, reason);
	if (err)
		tap_close(&t);
	else
		*tap = t;
	return err;
}
