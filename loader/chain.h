/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XDP programs of an interface, as libxdp sees them. Ours is the one that uses our pinned
 * ring buffer, whatever its name and id are.
 */
#ifndef XDPTAP_LOADER_CHAIN_H
#define XDPTAP_LOADER_CHAIN_H

#include <linux/types.h>
#include <stdbool.h>

#include <xdp/libxdp.h>

#include "bpf/abi.h"

/* The values must agree: tap_meta.mode is libxdp's. */
_Static_assert((int)XDPTAP_MODE_NATIVE == XDP_MODE_NATIVE &&
		       (int)XDPTAP_MODE_GENERIC == XDP_MODE_SKB &&
		       (int)XDPTAP_MODE_OFFLOAD == XDP_MODE_HW,
	       "modes as in libxdp");

/*
 * Makes libxdp use this BPF filesystem, unless LIBXDP_BPFFS names one. Call it before the
 * other functions here. Returns 0; -EPERM if libxdp would ignore that, because this program is
 * setuid or has file capabilities; or -errno.
 */
int chain_use_bpffs(const char *bpffs);

/*
 * Gets what is attached to the interface: *mp, to be closed by xdp_multiprog__close(), or NULL
 * if nothing is attached. Returns 0 or -errno, -EIO if libxdp could not find out what is there.
 */
int chain_get(__u32 ifindex, struct xdp_multiprog **mp);

/* Returns the id of the program that the interface itself has, which is that of the dispatcher if
 * there is one; 0 if there is none, or no interface. */
__u32 chain_main_id(__u32 ifindex);

/* Iterates over all programs, chained or single: begins with NULL and ends with NULL. */
struct xdp_program *chain_next(const struct xdp_multiprog *mp, struct xdp_program *prog);

/* Returns whether there is a dispatcher whose pins can't be read: it looks like a program alone. */
bool chain_is_unreadable(const struct xdp_multiprog *mp);

/*
 * Finds the program that uses the map with this id, and does not have the id `except`. Returns 0,
 * and in *prog the program, which mp owns, or NULL if there is certainly none, as where mp is NULL;
 * -ENODATA if chain_is_unreadable(), or -errno.
 */
int chain_find_map(const struct xdp_multiprog *mp, __u32 map_id, __u32 except,
		   struct xdp_program **prog);

/* Whether there is a dispatcher that has as many programs as it can run: libxdp's -E2BIG means
 * that, or that the verifier gave up. */
bool chain_is_full(__u32 ifindex);

/*
 * Attaches this program in this mode, beside those that are there. Returns 0; or -errno, then it is
 * not attached, unless *left is an error: whether it is could not be found out, or not undone.
 */
int chain_attach(struct xdp_program *prog, __u32 ifindex, enum xdp_attach_mode mode, int *left);

/*
 * Detaches this program, which was found in `mp`; the others stay attached. Returns 0 or
 * -errno.
 */
int chain_detach(struct xdp_multiprog *mp, struct xdp_program *prog, __u32 ifindex);

#endif
