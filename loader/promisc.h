/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Promiscuous mode of the tapped interface; for attach, detach and show. There is no daemon that
 * could hold it, so it is the flag that `ip link set dev IFACE promisc on` sets. tap_meta.promisc
 * records that attach has set it.
 */
#ifndef XDPTAP_LOADER_PROMISC_H
#define XDPTAP_LOADER_PROMISC_H

#include <linux/types.h>
#include <stdbool.h>

struct tap_meta;
struct tap_name;

/*
 * Finds out whether the flag is set. Packet sockets and bridges, which count apart, don't set it.
 * Returns 0 or -errno, -ENODEV if there is no such interface.
 */
int promisc_get(__u32 ifindex, bool *on);

/* Sets or clears the flag, and no other. Returns 0 or -errno, as promisc_get(). */
int promisc_set(__u32 ifindex, bool on);

/*
 * For attach: turns promiscuous mode on, which was off. Returns 0; or -errno after saying why, and
 * then it is off again.
 */
int promisc_begin(const char *ifname, __u32 ifindex);

/*
 * For detach: turns promiscuous mode off if this record says that attach has turned it on.
 * `found_on` is the index of the interface that had our program, or 0. Says so if it could not.
 * Returns 0, also if the interface can't be seen from here, or -errno.
 */
int promisc_end(const struct tap_name *name, const struct tap_meta *meta, __u32 found_on);

#endif
