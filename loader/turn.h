/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hands a tap over from one generation of its program to the next, so that each frame is captured
 * once: by the one or by the other. bpf/control.h is the other side.
 */
#ifndef XDPTAP_LOADER_TURN_H
#define XDPTAP_LOADER_TURN_H

#include "bpf/abi.h"

/* Maps control for writing. Returns it, or NULL and errno; turn_unmap() also takes NULL. */
struct tap_control *turn_map(int control_fd);
void turn_unmap(struct tap_control *control);

/* Writes all of it at once. */
void turn_write(struct tap_control *control, struct tap_control value);

/*
 * Hands over to generation `to`, while both programs are attached in one dispatcher, in which the
 * one of generation `first` runs first. `decided_fd` is the map of that name. If it fails or is
 * killed, turn_settle() ends what it began. Returns 0 or -errno.
 */
int turn_over(struct tap_control *control, int decided_fd, __u32 first, __u32 to);

/*
 * While one program takes the place of the other on an interface, it is the turn of whichever is
 * there. turn_settle() ends that, and says which it is. Return 0 or -errno.
 */
int turn_any(struct tap_control *control);
int turn_settle(struct tap_control *control, __u32 generation);

#endif
