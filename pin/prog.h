/* SPDX-License-Identifier: BSD-2-Clause */
/* Loaded programs and the maps that they use. */
#ifndef XDPTAP_PIN_PROG_H
#define XDPTAP_PIN_PROG_H

#include <linux/types.h>

/* Whether the program of this descriptor uses the map with this id: returns 1, 0 or -errno. */
int prog_uses_map(int prog_fd, __u32 map_id);

/* Whether the program of this descriptor is the one with this id: returns 1, 0 or -errno. */
int prog_has_id(int prog_fd, __u32 id);

/* Gets the id of the program of this descriptor. Returns 0 or -errno. */
int prog_get_id(int prog_fd, __u32 *id);

/*
 * Finds a loaded program that uses the map with this id, wherever it is attached. Returns 0, and
 * in *id its id, or 0 if there is certainly none; or -errno, -EPERM without CAP_SYS_ADMIN.
 */
int prog_user_of_map(__u32 map_id, __u32 *id);

#endif
