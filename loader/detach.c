// SPDX-License-Identifier: BSD-2-Clause
/*
 * `xdptap-loader detach`: the program first, then the pins, so that it can be
 * run again wherever it was stopped. It needs no meta: the program is found by
 * the pinned ring that it uses.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <xdp/libxdp.h>

#include "loader/chain.h"
#include "loader/commands.h"
#include "loader/dir.h"
#include "pin/cli/diag.h"
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "pin/cli/tap_error.h"
#include "pin/tap.h"

/* The pinned ring's id. Returns 0, -ENOENT if there is none, or -errno. */
static int pinned_ring_id(const struct tap_name *name, __u32 *id)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts, .file_flags = BPF_F_RDONLY);
	char path[PATH_MAX];
	int fd, err;

	err = tap_name_path(path, name, XDPTAP_MAP_RING);
	if (err)
		return err;
	fd = bpf_obj_get_opts(path, &opts);
	if (fd < 0)
		return -errno;
	err = tap_map_id(fd, id);
	close(fd);
	return err;
}

/* What became of our program. */
enum where { NOT_ATTACHED, DETACHED };

/* If the program that uses this ring is on the interface, takes it off. */
static int detach_from(const char *ifname, __u32 ifindex, __u32 ring_id, enum where *where)
{
	struct xdp_program *prog;
	struct xdp_multiprog *mp;
	int err;

	err = chain_get(ifindex, &mp);
	if (err) {
		diag_error("%s: can't find out what XDP programs it has: %s", ifname,
			   strerror(-err));
		goto out;
	}
	prog = mp ? chain_find_map(mp, ring_id) : NULL;
	if (prog) {
		err = chain_detach(mp, prog, ifindex);
		if (err)
			diag_error("%s: can't detach program id %u: %s", ifname,
				   xdp_program__id(prog), strerror(-err));
		else
			*where = DETACHED;
	}
	xdp_multiprog__close(mp);
out:
	if (err == -EPERM || err == -EACCES)
		diag_hint("this needs CAP_NET_ADMIN and CAP_SYS_ADMIN, or root");
	else if (err)
		diag_hint("'--debug' shows what libbpf and libxdp say");
	return err;
}

/*
 * Looks for the program on all interfaces: there may be no meta to say on which
 * one it was attached, and an interface may have been renamed or moved since.
 */
static int detach_anywhere(__u32 ring_id, enum where *where)
{
	struct if_nameindex *all = if_nameindex();
	int err = 0;

	if (!all)
		return -errno;
	for (struct if_nameindex *i = all; i->if_index && !err && *where != DETACHED; i++)
		err = detach_from(i->if_name, i->if_index, ring_id, where);
	if_freenameindex(all);
	return err;
}

/*
 * A program that is not on any interface here, but loaded, is attached in
 * another network namespace. The kernel frees what we have just let go of a
 * little later, from a work queue, so it gets a second before we believe that.
 */
static __u32 still_loaded(__u32 ring_id)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	__u32 id = 0;

	for (int i = 0; i < 100; i++) {
		id = chain_user_of_map(ring_id);
		if (!id)
			break;
		nanosleep(&pause, NULL);
	}
	return id;
}

static int detach_program(const struct tap_name *name, __u32 ring_id)
{
	char dir[PATH_MAX], now[IF_NAMESIZE];
	struct reason reason;
	enum where where = NOT_ATTACHED;
	struct tap_meta meta = { 0 };
	__u32 ifindex, id;
	bool here;
	int err;

	/* Any fault of meta's is none here: it can be found without. */
	if (tap_read_meta(name, &meta, &reason))
		ifindex = if_nametoindex(name->ifname);
	else
		ifindex = meta.ifindex;
	here = !meta.abi_version || meta.netns_ino == tap_netns_ino();

	if (here && if_indextoname(ifindex, now)) {
		err = detach_from(name->ifname, ifindex, ring_id, &where);
		if (err)
			return err;
	}
	if (where != DETACHED && chain_user_of_map(ring_id)) {
		err = detach_anywhere(ring_id, &where);
		if (err)
			return err;
	}
	if (where == DETACHED)
		return 0;

	/* Of a dispatcher that libxdp did not detach, or never attached as the
	 * attach was killed, its own pins are still there and hold our program. */
	if (here && ifindex)
		libxdp_clean_references((int)ifindex);
	id = still_loaded(ring_id);
	if (id) {
		diag_error(
			"%s: the program (id %u) is loaded, but on no interface of this network namespace",
			name->ifname, id);
		if (!tap_name_path(dir, name, NULL))
			diag_hint(
				"run detach in the one that the interface is in; if that is gone, 'rm -r %s'",
				dir);
		return -EXDEV;
	}
	if (!if_indextoname(ifindex, now))
		diag_note("%s: the interface is gone, and the program with it", name->ifname);
	else
		diag_note("%s: the program was no longer attached", name->ifname);
	return 0;
}

static int detach_locked(const struct tap_name *name)
{
	__u32 ring_id;
	int err;

	err = pinned_ring_id(name, &ring_id);
	if (!err)
		err = detach_program(name, ring_id);
	else if (err == -ENOENT)
		err = 0; /* without a ring it was never attached, or is no longer */
	else
		diag_error("%s: can't open the pinned ring: %s", name->ifname, strerror(-err));
	if (err)
		return err;

	err = dir_remove(name);
	if (err)
		diag_error("%s: can't remove the pins: %s", name->ifname, strerror(-err));
	return err;
}

int cmd_detach(const struct options *o, int argc, char **argv)
{
	const struct tap_name name = { o->bpffs, arguments_dev_only(argc, argv) };
	struct reason reason;
	int fd, err;

	if (!name.ifname)
		return EXIT_USAGE;

	chain_use_bpffs(o->bpffs);
	fd = dir_lock(&name, false);
	if (fd == -ENOENT) {
		diag_error("%s: no tap is pinned here: %s", name.ifname, strerror(-fd));
		diag_hint("'xdptap-loader show' lists the taps");
		dir_remove(&name); /* an attach killed early left an empty root */
		return EXIT_FAILED;
	}
	if (fd < 0) {
		reason_set(&reason, fd, "%s", strerror(-fd));
		tap_error_open(name.ifname, fd, &reason);
		return EXIT_FAILED;
	}
	err = detach_locked(&name);
	close(fd);
	return err ? EXIT_FAILED : EXIT_OK;
}
