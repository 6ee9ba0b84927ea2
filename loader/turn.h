/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hands a tap over from one generation of its program to the next, so that each frame is captured
 * once: by the one or by the other. bpf/control.h is the other side.
 */
#ifndef XDPTAP_LOADER_TURN_H
#define XDPTAP_LOADER_TURN_H

#include "bpf/abi.h"

struct turn {
	struct tap_control *control; /* mapped */
	int decided_fd;
	int outer_fd, inner_fd; /* of a map of maps, by which to wait for programs */
};

#define TURN_CLOSED                                                               \
	{                                                                         \
		.control = NULL, .decided_fd = -1, .outer_fd = -1, .inner_fd = -1 \
	}

/*
 * Prepares all that can fail. `control_fd` and `decided_fd` are the maps of these names, open for
 * reading and writing; the first stays the caller's, the second belongs to *t. Returns 0 or -errno;
 * turn_close() is legal after both.
 */
int turn_open(struct turn *t, int control_fd, int decided_fd);
void turn_close(struct turn *t);

/* Writes control, all of it at once. */
void turn_write(struct turn *t, struct tap_control value);

/* Waits until no program runs any more that has begun before. Returns 0 or -errno. */
int turn_wait(struct turn *t);

/*
 * Hands over to generation `to`, while both programs are attached in one dispatcher, in which the
 * one of generation `first` runs first. Returns 0; or -errno, then it is the turn it was before. If
 * it is killed, turn_settle() ends what it began.
 */
int turn_over(struct turn *t, __u32 first, __u32 to);

/*
 * While one program takes the place of the other on an interface, it is the turn of whichever is
 * there. Returns as turn_over().
 */
int turn_any(struct turn *t);

/* Ends both: it is the turn of this generation. */
void turn_settle(struct turn *t, __u32 generation);

#endif
