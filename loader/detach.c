// SPDX-License-Identifier: BSD-2-Clause
/*
 * `xdptap-loader detach`. It detaches the program first and removes the pins then, so it can
 * be run again wherever it was stopped. It needs no meta record: it finds the program by the
 * pinned ring buffer that the program uses.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <xdp/libxdp.h>

#include "loader/chain.h"
#include "loader/commands.h"
#include "loader/dir.h"
#include "loader/promisc.h"
#include "loader/trace_link.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "pin/dispatcher.h"
#include "pin/link.h"
#include "pin/prog.h"
#include "pin/tap.h"
#include "pin/tap_map.h"

/* Gets the map id of a ring buffer. Returns 0 or -errno: -EPROTO if it is something else. */
static int id_of_ring(int fd, __u32 *id)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	if (info.type != BPF_MAP_TYPE_RINGBUF)
		return -EPROTO;
	*id = info.id;
	return 0;
}

/*
 * Gets the map id of the pinned ring buffer. Returns 1; 0 only if the directory has none: then
 * nothing is attached, and the pins may go; or -errno.
 */
static int pinned_ring_id(const struct tap_name *name, int dir_fd, __u32 *id)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts, .file_flags = BPF_F_RDONLY);
	char path[PATH_MAX];
	int fd, err;

	err = tap_name_path(path, name, XDPTAP_MAP_RING);
	if (err)
		return err;
	fd = bpf_obj_get_opts(path, &opts);
	if (fd >= 0) {
		err = id_of_ring(fd, id);
		close(fd);
		return err ? err : 1;
	}
	if (errno != ENOENT)
		return -errno;
	if (!faccessat(dir_fd, XDPTAP_MAP_RING, F_OK, 0))
		return -ESTALE;
	return errno == ENOENT ? 0 : -errno;
}

/* Says that it can't be found out which programs an interface has. */
static void say_unknown(const char *ifname, int err)
{
	if (err != -ENODATA) {
		diag_error("%s: can't list its XDP programs: %s", ifname, strerror(-err));
		return;
	}
	diag_error("%s: there is a dispatcher, but its pins can't be read", ifname);
	diag_hint(
		"use the BPF filesystem (--bpffs, LIBXDP_BPFFS), mount namespace and libxdp version that made it");
}

/*
 * Detaches the program that uses this ring buffer, if it is on this interface. Then sets *where
 * to the index of the interface.
 */
static int detach_from(const char *ifname, __u32 ifindex, __u32 ring_id, __u32 *where)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp = NULL;
	int err;

	err = chain_get(ifindex, &mp);
	if (!err)
		err = chain_find_map(mp, ring_id, 0, &prog);
	if (err) {
		say_unknown(ifname, err);
	} else if (prog) {
		err = chain_detach(mp, prog, ifindex);
		if (err)
			diag_error("%s: can't detach program id %u: %s", ifname,
				   xdp_program__id(prog), strerror(-err));
		else
			*where = ifindex;
	}
	xdp_multiprog__close(mp);
	/* A set that was killed may have left two of them. */
	if (prog && !err)
		return detach_from(ifname, ifindex, ring_id, where);
	if (err == -EPERM || err == -EACCES)
		capability_hint(CAPABILITY_NET_ADMIN | CAPABILITY_LOOK);
	else if (err && err != -ENODATA)
		diag_hint("run detach again; '--debug' shows the messages of libbpf and libxdp");
	return err;
}

/*
 * Looks for the program on all interfaces. There may be no meta record that names the
 * interface, and an interface may have been renamed or moved since.
 */
static int detach_anywhere(__u32 ring_id, __u32 *where)
{
	struct if_nameindex *all = if_nameindex();
	int err = 0;

	if (!all) {
		err = -errno;
		diag_error("can't list the interfaces: %s", strerror(-err));
		diag_hint("run detach again");
		return err;
	}
	/* A dispatcher that can't be read, as above, may have nothing to do with this tap. */
	for (struct if_nameindex *i = all; i->if_index && (!err || err == -ENODATA) && !*where; i++)
		err = detach_from(i->if_name, i->if_index, ring_id, where);
	if_freenameindex(all);
	return *where || err == -ENODATA ? 0 : err;
}

/* Finds a program that uses the ring buffer. Returns 0, or -errno after saying why. */
static int find_loaded(const char *ifname, __u32 ring_id, __u32 *id)
{
	int err = prog_user_of_map(ring_id, id);

	if (err) {
		diag_error("%s: can't find out whether its program is loaded: %s", ifname,
			   strerror(-err));
		diag_hint("%s",
			  err == -EPERM ? capability_advice(CAPABILITY_LOOK) : "run detach again");
	}
	return err;
}

/*
 * A program that is loaded but on no interface here is attached in another network
 * namespace. The kernel frees a program that was just released a little later, from a work
 * queue. So this waits for up to a second before it concludes that. Returns as find_loaded().
 */
static int still_loaded(const char *ifname, __u32 ring_id, __u32 *id)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int err = 0;

	for (int i = 0; i < 100; i++) {
		err = find_loaded(ifname, ring_id, id);
		if (err || !*id)
			break;
		nanosleep(&pause, NULL);
	}
	return err;
}

/* Removes the links of a trace tap. Returns 1 if there was one, 0, or -errno after saying why. */
static int detach_trace(const struct tap_name *name)
{
	int removed = 0, n;

	for (__u32 parity = 0; parity < 2; parity++) {
		n = trace_link_remove(name, parity);
		if (n < 0) {
			diag_error("%s: can't remove its link to the traced program: %s",
				   name->ifname, strerror(-n));
			if (n == -EPERM || n == -EACCES)
				capability_hint(CAPABILITY_DAC_OVERRIDE);
			else
				diag_hint("run detach again");
			return n;
		}
		removed |= n > 0;
	}
	return removed;
}

/*
 * Reads the meta record, if there is one of this version: the program is found without it. Returns
 * 0, or -errno after saying why.
 */
static int read_meta(const struct tap_name *name, struct tap_meta *meta)
{
	struct reason reason;
	int err = tap_read_meta(name, meta, &reason);

	if (!err || err == -ENODATA || err == -EPROTO)
		return 0;
	diag_error("%s: %s", name->ifname, reason.text);
	if (err == -EPERM || err == -EACCES)
		capability_hint(CAPABILITY_DAC_OVERRIDE);
	else
		diag_hint("run detach again");
	return err;
}

/* Whether this interface is there: returns 1 or 0, or -errno after saying why. */
static int exists(const struct tap_name *name, __u32 ifindex)
{
	char now[IF_NAMESIZE];
	int err = ifindex ? link_name(ifindex, now) : -ENODEV;

	if (!err)
		return 1;
	if (err == -ENODEV)
		return 0;
	diag_error("%s: can't find its interface: %s", name->ifname, strerror(-err));
	diag_hint("run detach again");
	return err;
}

static int detach_program(const struct tap_name *name, __u32 ring_id)
{
	struct tap_meta meta = { 0 };
	__u32 ifindex, id = 0, where = 0;
	char dir[PATH_MAX];
	int err, there;
	bool here;

	err = read_meta(name, &meta);
	if (err)
		return err;
	ifindex = meta.abi_version ? meta.ifindex : if_nametoindex(name->ifname);
	here = !meta.abi_version || meta.netns_ino == tap_netns_ino();

	err = detach_trace(name);
	if (err)
		return err < 0 ? err : promisc_end(name, &meta, here ? ifindex : 0);
	there = here ? exists(name, ifindex) : 0;
	if (there < 0)
		return there;
	if (there)
		err = detach_from(name->ifname, ifindex, ring_id, &where);
	if (!err && !where)
		err = find_loaded(name->ifname, ring_id, &id);
	if (!err && id)
		err = detach_anywhere(ring_id, &where);
	if (err)
		return err;

	/* A dispatcher that libxdp did not detach, or never attached because attach or set was
	 * killed, still has its own pins, which hold our program. */
	err = dispatcher_remove_dead(name->bpffs, ring_id, here ? ifindex : 0);
	if (err) {
		diag_error("%s: can't remove libxdp's pins of its dispatcher: %s", name->ifname,
			   strerror(-err));
		return err;
	}
	if (where)
		return promisc_end(name, &meta, where);
	err = still_loaded(name->ifname, ring_id, &id);
	if (err)
		return err;
	if (id) {
		diag_error(
			"%s: the program (id %u) is loaded, but on no interface of this network namespace",
			name->ifname, id);
		if (!tap_name_path(dir, name, NULL))
			diag_hint(
				"run detach in the namespace of the interface, as root and outside containers; the pins are in %s",
				dir);
		return -EXDEV;
	}
	if (here && !there)
		diag_note("%s: the interface is gone, and the program with it", name->ifname);
	else
		diag_note("%s: the program was no longer attached", name->ifname);
	return promisc_end(name, &meta, 0);
}

/* Says why the directory stays, when nothing is attached any more. */
static void say_not_removed(const struct tap_name *name, int dir_fd, int err)
{
	char foreign[NAME_MAX + 1], dir[PATH_MAX];

	if (tap_name_path(dir, name, NULL))
		return;
	if (err == -ENOTEMPTY && dir_entry(dir_fd, foreign) > 0) {
		diag_error("%s: detached, but '%s' is in its directory, which is not of xdptap",
			   name->ifname, foreign);
		diag_hint("remove what is in %s, then run detach again", dir);
		return;
	}
	diag_error("%s: detached, but can't remove the pins: %s", name->ifname, strerror(-err));
	diag_hint("run detach again; or remove the rest with 'rm -r %s'", dir);
}

static bool is_used(__u32 map_id)
{
	__u32 prog_id = 0;

	return !prog_user_of_map(map_id, &prog_id) && prog_id;
}

/*
 * Gets the id of the map by which the program is found. Somebody may have removed the ring buffer,
 * or pinned another map there; then it is that of the counters, if a program uses that. Otherwise
 * as pinned_ring_id().
 */
static int pinned_id(const struct tap_name *name, int dir_fd, __u32 *id)
{
	int found = pinned_ring_id(name, dir_fd, id);
	struct tap tap = TAP_CLOSED;
	struct reason reason;
	__u32 stats_id;

	if (found > 0 && is_used(*id))
		return found;
	if (tap_open(name, TAP_STATS, &tap, &reason))
		return found;
	if (!tap_map_id(tap.stats_fd, &stats_id) && is_used(stats_id)) {
		*id = stats_id;
		found = 1;
	}
	tap_close(&tap);
	return found;
}

static int detach_locked(const struct tap_name *name, int dir_fd)
{
	__u32 map_id = 0;
	int err;

	err = pinned_id(name, dir_fd, &map_id);
	if (err > 0)
		err = detach_program(name, map_id);
	else if (err == -EPROTO)
		diag_error("%s: its pin " XDPTAP_MAP_RING " is not a ring buffer", name->ifname);
	else if (err) /* without one it was never attached, or is detached already */
		diag_error("%s: can't open the pinned ring buffer: %s", name->ifname,
			   strerror(-err));
	if (err)
		return err;

	err = dir_remove(name, dir_fd);
	if (err)
		say_not_removed(name, dir_fd, err);
	return err;
}

int cmd_detach(const struct options *o, int argc, char **argv)
{
	char ifname[IF_NAMESIZE];
	const struct tap_name name = { o->bpffs, ifname };
	int fd, err, status;

	status = arguments_tap_only(o->bpffs, argc, argv, ifname);
	if (status != EXIT_OK)
		return status;

	fd = dir_lock(&name, false);
	if (fd == -ENOENT) {
		diag_error("%s: no tap is pinned in %s", name.ifname, o->bpffs);
		diag_hint("'xdptap-loader show' lists the taps");
		dir_remove_root(o->bpffs); /* an attach killed early left it empty */
		return EXIT_FAILED;
	}
	if (fd < 0)
		return EXIT_FAILED;
	err = detach_locked(&name, fd);
	close(fd);
	return err ? EXIT_FAILED : EXIT_OK;
}
