// SPDX-License-Identifier: BSD-2-Clause
/* The XDP programs of an interface, as libxdp sees them; used by all commands of the loader. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "loader/aftermath.h"
#include "loader/chain.h"
#include "pin/bpffs.h"
#include "pin/dispatcher.h"
#include "pin/prog.h"

/* MAX_DISPATCHER_ACTIONS of libxdp. */
#define CHAIN_MAX 10

int chain_use_bpffs(const char *bpffs)
{
	if (!strcmp(bpffs, BPFFS_DEFAULT))
		return 0;
	/* libxdp reads it by secure_getenv(3). */
	if (getauxval(AT_SECURE))
		return -EPERM;
	return setenv("LIBXDP_BPFFS", bpffs, 0) ? -errno : 0;
}

/* libxdp succeeds, but leaves out programs or their ids, if it could not read the BTF of one. */
static bool is_complete(const struct xdp_multiprog *mp)
{
	struct xdp_program *prog = NULL;
	int n = 0;

	while ((prog = chain_next(mp, prog))) {
		if (!xdp_program__id(prog))
			return false;
		n++;
	}
	return n;
}

int chain_get(__u32 ifindex, struct xdp_multiprog **mp)
{
	struct xdp_multiprog *found = xdp_multiprog__get_from_ifindex((int)ifindex);
	int err = (int)libxdp_get_error(found);

	if (err && err != -ENOENT)
		return err;
	if (!err && !is_complete(found)) {
		xdp_multiprog__close(found);
		return -EIO;
	}
	*mp = err ? NULL : found;
	return 0;
}

bool chain_is_unreadable(const struct xdp_multiprog *mp)
{
	const struct xdp_program *main_prog = xdp_multiprog__main_prog(mp);

	return main_prog && xdp_multiprog__is_legacy(mp) &&
	       !strcmp(xdp_program__name(main_prog), DISPATCHER_NAME);
}

__u32 chain_main_id(__u32 ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	if (bpf_xdp_query((int)ifindex, 0, &query))
		return 0;
	return query.drv_prog_id ?: query.skb_prog_id ?: query.hw_prog_id;
}

struct xdp_program *chain_next(const struct xdp_multiprog *mp, struct xdp_program *prog)
{
	struct xdp_program *hw = xdp_multiprog__hw_prog(mp);

	if (prog && prog == hw)
		return NULL;
	/* Without a dispatcher, the main program is the only one. */
	if (xdp_multiprog__is_legacy(mp))
		return prog ? hw : xdp_multiprog__main_prog(mp) ?: hw;
	return xdp_multiprog__next_prog(prog, mp) ?: hw;
}

int chain_find_map(const struct xdp_multiprog *mp, __u32 map_id, __u32 except,
		   struct xdp_program **prog)
{
	struct xdp_program *found = NULL;
	int uses = 0;

	if (mp && chain_is_unreadable(mp))
		return -ENODATA;
	while (mp && !uses && (found = chain_next(mp, found)))
		uses = xdp_program__id(found) == except
			       ? 0
			       : prog_uses_map(xdp_program__fd(found), map_id);
	if (uses < 0)
		return uses;
	*prog = found;
	return 0;
}

bool chain_is_full(__u32 ifindex)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	int n = 0;

	if (chain_get(ifindex, &mp) || !mp)
		return false;
	while ((prog = chain_next(mp, prog)))
		n++;
	xdp_multiprog__close(mp);
	return n >= CHAIN_MAX;
}

int chain_attach(struct xdp_program *prog, __u32 ifindex, enum xdp_attach_mode mode, int *left)
{
	struct aftermath before;
	int err;

	*left = 0;
	err = aftermath_prepare(&before, ifindex);
	if (err)
		return err;
	err = xdp_program__attach(prog, (int)ifindex, mode, 0);
	if (err) {
		*left = aftermath_undo(&before, xdp_program__fd(prog));
		if (*left > 0)
			*left = 0;
	}
	aftermath_close(&before);
	return err;
}

int chain_detach(struct xdp_multiprog *mp, struct xdp_program *prog, __u32 ifindex)
{
	/* The mode must be that of the chain: if programs are left, libxdp attaches a new
	 * dispatcher in this mode, and the kernel refuses to replace one in another mode. */
	enum xdp_attach_mode mode =
		prog == xdp_multiprog__hw_prog(mp) ? XDP_MODE_HW : xdp_multiprog__attach_mode(mp);
	struct aftermath before;
	int err, left;

	err = aftermath_prepare(&before, ifindex);
	if (err)
		return err;
	err = xdp_program__detach(prog, (int)ifindex, mode, 0);
	if (err) {
		left = aftermath_undo(&before, -1);
		if (left)
			err = left > 0 ? 0 : left;
	}
	aftermath_close(&before);
	return err;
}
