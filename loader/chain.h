/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XDP programs on an interface as libxdp sees them, and which of them is
 * ours: the one that uses our pinned ring, whatever its name and id.
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
 * Makes libxdp use this BPF filesystem, unless LIBXDP_BPFFS names one. Call
 * before all else here.
 */
void chain_use_bpffs(const char *bpffs);

/*
 * What is attached to the interface: *mp, for xdp_multiprog__close(), or NULL
 * if nothing is. Returns 0 or -errno.
 */
int chain_get(__u32 ifindex, struct xdp_multiprog **mp);

/* Goes through all programs, single or chained. Start with NULL; NULL ends. */
struct xdp_program *chain_next(const struct xdp_multiprog *mp, struct xdp_program *prog);

/* The program that uses the map with this id; NULL if none does. Owned by mp. */
struct xdp_program *chain_find_map(const struct xdp_multiprog *mp, __u32 map_id);

/*
 * The id of any loaded program that uses the map with this id, wherever it is
 * attached; 0 if there is none. Needs CAP_SYS_ADMIN.
 */
__u32 chain_user_of_map(__u32 map_id);

/*
 * Takes this program out of the chain; the others stay. `mp` is what it was
 * found in. Returns 0 or -errno.
 */
int chain_detach(struct xdp_multiprog *mp, struct xdp_program *prog, __u32 ifindex);

#endif
