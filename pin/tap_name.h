/* SPDX-License-Identifier: BSD-2-Clause */
/* What a tap is called, where its pins lie, and which taps there are. */
#ifndef XDPTAP_PIN_TAP_NAME_H
#define XDPTAP_PIN_TAP_NAME_H

#include <limits.h>
#include <net/if.h>
#include <stdbool.h>

#include <linux/types.h>

/* The directory of all taps, below the BPF filesystem. */
#define TAP_NAME_ROOT "xdptap"

/* A tap is named by its interface and the BPF filesystem of its pins; both strings stay the
 * caller's. */
struct tap_name {
	const char *bpffs; /* mount point, without a slash at its end */
	const char *ifname;
};

/* Returns whether the kernel would accept `ifname` as an interface name (dev_valid_name). */
bool tap_name_valid(const char *ifname);

/*
 * Writes the path of the tap's directory, or of the pin `pin` in it if that is not
 * NULL. A name in bpffs can't have dots, and an interface name can't have colons:
 * eth0.100 lies in "eth0:100". Returns 0 or -ENAMETOOLONG.
 */
int tap_name_path(char buf[PATH_MAX], const struct tap_name *name, const char *pin);

/* Writes the name of the pin of ring number i: packet_ringbuf, packet_ringbuf_1, ... Returns buf.
 */
#define TAP_NAME_RING_MAX 32
const char *tap_name_ring(char buf[TAP_NAME_RING_MAX], __u32 i);

/*
 * Lists the interfaces that have a directory in `bpffs`, sorted, in one allocation that
 * the caller frees. Returns their number or -errno: -ENOTDIR if `bpffs`, other than the
 * default, is no BPF filesystem. If nothing was ever pinned there, returns 0 and sets
 * *ifnames to NULL.
 */
int tap_name_list(const char *bpffs, char (**ifnames)[IF_NAMESIZE]);

#endif
