/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of a tap that are in force: what it captures. */
#ifndef XDPTAP_PIN_IN_FORCE_H
#define XDPTAP_PIN_IN_FORCE_H

#include <stdbool.h>

#include "bpf/abi.h"

/* As struct tap_settings. */
struct in_force {
	struct tap_control control; /* when they were read */
	__u32 generation;
	__u32 prog_id;       /* of the program that follows them */
	__u32 other_prog_id; /* of one that had its place before, or was to get it; 0: none */
	__u32 snaplen;
	__u32 sample;
	__u32 actions;
	__u64 since_ns;  /* CLOCK_REALTIME */
	__u32 traced_id; /* of the program that is traced; 0: none is; the same for the next two */
	__u32 traced_mode;
	__u32 traced_dispatcher;
	__u32 traced_all;
	char traced_name[XDPTAP_TRACED_NAME_MAX];
	char *filter; /* NULL: none; owned by this struct */
};

/*
 * Reads them from the two maps, which may be open for reading alone. With XDPTAP_TURN_ANY those are
 * in force whose program is on this interface; without one (0), whose program is loaded. Returns 0,
 * then free *f with in_force_free(); or -errno: -EPROTO if they contradict each other, -EAGAIN if
 * they change each time.
 */
int in_force_read(struct in_force *f, int control_fd, int settings_fd, __u32 ifindex);

/* Frees what *f owns. May be called again, or if it is all 0. */
void in_force_free(struct in_force *f);

#endif
