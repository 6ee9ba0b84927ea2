// SPDX-License-Identifier: BSD-2-Clause
/* Compares the meta record of a tap with what is really attached; used by attach and show. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "loader/chain.h"
#include "loader/state.h"
#include "pin/cli/diag.h"
#include "pin/dispatcher.h"
#include "pin/link.h"
#include "pin/lock.h"
#include "pin/prog.h"
#include "pin/tap_map.h"

/*
 * For a tap without meta: finds out whether its loader is still at work. Returns 0, or -errno and
 * the reason.
 */
static int unfinished(const struct tap_name *name, enum tap_state *state, struct reason *reason)
{
	char path[PATH_MAX];
	int fd, err, held;
	pid_t holder;

	err = tap_name_path(path, name, NULL);
	if (err)
		return reason_set(reason, err, "the path is too long");
	fd = open(path,
		  O_PATH | O_DIRECTORY | O_CLOEXEC); /* a member of its group may not read it */
	if (fd < 0)
		return reason_set(reason, -errno, "can't open %s: %s", path, strerror(errno));
	held = lock_held(fd, &holder);
	close(fd);
	/* Where locks can't be seen, it is called half-made: detach waits for the lock. */
	if (held < 0 && held != -ENODATA)
		return reason_set(reason, held, "can't find out whether a loader is at work: %s",
				  strerror(-held));
	*state = held > 0 ? TAP_STATE_IN_PROGRESS : TAP_STATE_HALF_MADE;
	return 0;
}

/*
 * For an interface that can't be seen from here. If the program is still loaded, the interface
 * was moved to another network namespace, or the tap was attached in one. In a dispatcher that
 * proves nothing, since libxdp's own pins hold the program as well.
 */
static enum tap_state out_of_sight(const char *bpffs, const struct tap *tap, __u32 ring_id,
				   bool loaded)
{
	if (!loaded)
		return TAP_STATE_INTERFACE_GONE;
	/* The tap's own pin holds a trace program, and so that which it traces. */
	if (tap->meta.trace)
		return tap->meta.netns_ino == tap_netns_ino() ? TAP_STATE_INTERFACE_GONE
							      : TAP_STATE_OTHER_NETNS;
	if (tap->meta.dispatcher && dispatcher_is_dead(bpffs, ring_id))
		return TAP_STATE_INTERFACE_GONE;
	return TAP_STATE_OTHER_NETNS;
}

/* Whether this process may ask the kernel for programs: CAP_SYS_ADMIN. */
static bool may_look(void)
{
	__u32 id;

	return !bpf_prog_get_next_id(0, &id) || errno != EPERM;
}

/* The same without libxdp, as far as a member of the tap's group can tell. */
static enum tap_state check_as_member(const char *bpffs, const struct tap *tap)
{
	if (tap->meta.netns_ino != tap_netns_ino())
		return TAP_STATE_OTHER_NETNS;
	return tap_state_check(bpffs, &tap->meta, &tap->in_force);
}

static int check_chain(const char *bpffs, const struct tap *tap, enum tap_state *state,
		       struct reason *reason)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp = NULL;
	char ifname[IF_NAMESIZE];
	__u32 ring_id, user = 0;
	bool in_sight;
	int err;

	if (!may_look()) {
		*state = check_as_member(bpffs, tap);
		return 0;
	}
	err = tap_map_id(tap->ring_fds[0], &ring_id);
	if (err)
		return reason_set(reason, err, "can't examine its ring buffer: %s", strerror(-err));
	err = tap_know_netns(reason);
	if (err)
		return err;
	in_sight = tap->meta.netns_ino == tap_netns_ino();
	err = in_sight ? link_name(tap->meta.ifindex, ifname) : 0;
	if (err && err != -ENODEV)
		return reason_set(reason, err, "can't find its interface: %s", strerror(-err));
	in_sight = in_sight && !err;
	if (!in_sight || tap->meta.trace) {
		err = prog_user_of_map(ring_id, &user);
		if (err)
			return reason_set(reason, err,
					  "can't find out whether its program is loaded: %s",
					  strerror(-err));
		*state = !in_sight ? out_of_sight(bpffs, tap, ring_id, user)
			 : user    ? tap_state_check(bpffs, &tap->meta, &tap->in_force)
				   : TAP_STATE_PROGRAM_GONE;
		return 0;
	}
	err = chain_get(tap->meta.ifindex, &mp);
	if (!err)
		err = chain_find_map(mp, ring_id, 0, &prog);
	xdp_multiprog__close(mp);
	if (err == -ENODATA)
		return reason_set(reason, err,
				  "%s has a dispatcher whose pins can't be read; use the BPF "
				  "filesystem (--bpffs, LIBXDP_BPFFS) that they are in",
				  ifname);
	if (err)
		return reason_set(reason, err, "can't list the XDP programs of %s: %s", ifname,
				  strerror(-err));
	*state = prog ? TAP_STATE_ATTACHED : TAP_STATE_PROGRAM_GONE;
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
		return unfinished(name, state, reason);
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
