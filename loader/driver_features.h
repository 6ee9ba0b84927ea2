/* SPDX-License-Identifier: BSD-2-Clause */
/* What the driver of an interface says it can do for XDP; for features.c. */
#ifndef XDPTAP_LOADER_DRIVER_FEATURES_H
#define XDPTAP_LOADER_DRIVER_FEATURES_H

#include <linux/types.h>

/* Bits, as the kernel's enum netdev_xdp_act has them. */
#define DRIVER_NATIVE  (1u << 0) /* programs run in native mode */
#define DRIVER_OFFLOAD (1u << 4) /* the device runs programs */
#define DRIVER_FRAGS   (1u << 5) /* native mode with frames in several buffers */

/*
 * Asks the netdev family of generic netlink, which Linux has since 6.3. Returns 0; -ENOENT if this
 * kernel does not have it, so that nobody knows without attaching; or -errno.
 */
int driver_features_get(__u32 ifindex, __u64 *features);

#endif
