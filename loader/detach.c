// SPDX-License-Identifier: BSD-2-Clause
/*
 * `xdptap-loader detach`: the program first, then the pins, so that it can be
 * run again wherever it was stopped. It needs no meta: the program is found by
 * the pinned ring that it uses.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <xdp/libxdp.h>

#include "loader/chain.h"
#include "loader/commands.h"
#include "loader/dir.h"
#include "pin/diag.h"
#include "pin/options.h"
#include "pin/tap.h"

/* The pinned ring's id. Returns 0, -ENOENT if there is none, or -errno. */
static int pinned_ring_id(const char *bpffs, const char *ifname, __u32 *id)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts, .file_flags = BPF_F_RDONLY);
	char path[PATH_MAX];
	int fd, err;

	err = tap_path(path, bpffs, ifname, XDPTAP_MAP_RING);
	if (err)
		return err;
	fd = bpf_obj_get_opts(path, &opts);
	if (fd < 0)
		return -errno;
	err = tap_map_id(fd, id);
	close(fd);
	return err;
}

/*
 * The index of the interface that the tap is on, 0 if that can't be known. It
 * may have been renamed since, so what meta says counts, if there is a meta.
 */
static int find_ifindex(const char *bpffs, const char *ifname, __u32 *ifindex)
{
	char reason[PATH_MAX + 128], dir[PATH_MAX];
	struct tap tap = TAP_CLOSED;

	if (tap_open(bpffs, ifname, TAP_STATS, &tap, reason, sizeof(reason))) {
		*ifindex = if_nametoindex(ifname);
		return 0;
	}
	tap_close(&tap);
	if (tap.meta.netns_ino != tap_netns_ino()) {
		diag_error("%s: the tap is in another network namespace", ifname);
		if (!tap_path(dir, bpffs, ifname, NULL))
			diag_hint("run detach there; if that namespace is gone, 'rm -r %s'", dir);
		return -EXDEV;
	}
	*ifindex = tap.meta.ifindex;
	return 0;
}

/*
 * Takes the program that uses this ring off the interface. Returns 0, -ENOENT
 * if it was not there, or another error after saying so.
 */
static int detach_program(const char *ifname, __u32 ifindex, __u32 ring_id)
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
	if (!prog) {
		diag_note("%s: the program was no longer attached", ifname);
		xdp_multiprog__close(mp);
		return -ENOENT;
	}
	err = chain_detach(mp, prog, ifindex);
	if (err)
		diag_error("%s: can't detach program id %u: %s", ifname, xdp_program__id(prog),
			   strerror(-err));
	xdp_multiprog__close(mp);
out:
	if (err == -EPERM || err == -EACCES)
		diag_hint("this needs CAP_NET_ADMIN and CAP_SYS_ADMIN, or root");
	else if (err)
		diag_hint("'--debug' shows what libbpf and libxdp say");
	return err;
}

static int detach_locked(const char *bpffs, const char *ifname)
{
	__u32 ifindex, ring_id = 0;
	char now[IF_NAMESIZE];
	int err;

	err = find_ifindex(bpffs, ifname, &ifindex);
	if (err)
		return err;
	err = pinned_ring_id(bpffs, ifname, &ring_id);
	if (err && err != -ENOENT) { /* without a ring it was never attached */
		diag_error("%s: can't open the pinned ring: %s", ifname, strerror(-err));
		return err;
	}
	if (!if_indextoname(ifindex, now)) {
		diag_note("%s: the interface is gone, and the program with it", ifname);
		err = -ENOENT;
	} else if (ring_id) {
		err = detach_program(ifname, ifindex, ring_id);
		if (err && err != -ENOENT)
			return err;
	}
	/* Of a dispatcher that was not detached by libxdp, or never attached as
	 * the attach was killed, libxdp's own pins are still there. */
	if (err == -ENOENT && ifindex)
		libxdp_clean_references((int)ifindex);

	err = dir_remove(bpffs, ifname);
	if (err)
		diag_error("%s: can't remove the pins: %s", ifname, strerror(-err));
	return err;
}

int cmd_detach(const struct options *o, int argc, char **argv)
{
	const char *ifname = word_dev(&argc, &argv);
	int fd, err;

	if (!ifname)
		return EXIT_USAGE;
	if (argc)
		return word_unknown(argv[0]);

	chain_use_bpffs(o->bpffs);
	fd = dir_lock(o->bpffs, ifname, false, NULL);
	if (fd < 0) {
		tap_open_failed(ifname, fd, strerror(-fd));
		return EXIT_FAILED;
	}
	err = detach_locked(o->bpffs, ifname);
	close(fd);
	return err ? EXIT_FAILED : EXIT_OK;
}
