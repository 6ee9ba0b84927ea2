/* SPDX-License-Identifier: BSD-2-Clause */
/* One pinned map of a tap. Somebody else may have pinned anything in its place. */
#ifndef XDPTAP_PIN_TAP_MAP_H
#define XDPTAP_PIN_TAP_MAP_H

#include <linux/types.h>

#include "pin/reason.h"
#include "pin/tap_name.h"

/* What a pin has to be. */
struct tap_map {
	const char *name;
	__u32 type, key_bytes, value_bytes;
	__u32 entries; /* 0: any number */
	__u32 flags;   /* for opening it */
};

/* Returns the descriptor of the map, verified against `want`, or -errno and the reason. */
int tap_map_open(const struct tap_name *name, const struct tap_map *want, struct reason *reason);

/* Gets the kernel's id of a map. Returns 0 or -errno. */
int tap_map_id(int map_fd, __u32 *id);

#endif
