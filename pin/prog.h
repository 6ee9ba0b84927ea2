/* SPDX-License-Identifier: BSD-2-Clause */
/* Loaded programs and the maps that they use. */
#ifndef XDPTAP_PIN_PROG_H
#define XDPTAP_PIN_PROG_H

#include <stdbool.h>

#include <linux/types.h>

/* Returns whether the program of this descriptor uses the map with this id. */
bool prog_uses_map(int prog_fd, __u32 map_id);

/* Returns whether the program of this descriptor is the one with this id. */
bool prog_has_id(int prog_fd, __u32 id);

/* Gets the id of the program of this descriptor. Returns 0 or -errno. */
int prog_get_id(int prog_fd, __u32 *id);

/*
 * Returns the id of a loaded program that uses the map with this id, wherever it is attached,
 * or 0 if there is none. Requires CAP_SYS_ADMIN.
 */
__u32 prog_user_of_map(__u32 map_id);

#endif
