/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pinned maps of a tap, in the directory that tap_name.h tells of: how to open them
 * so that maps of somebody else, or of another version, are refused with a reason.
 */
#ifndef XDPTAP_PIN_TAP_H
#define XDPTAP_PIN_TAP_H

#include <net/if.h>
#include <stdbool.h>

#include "bpf/abi.h"
#include "pin/reason.h"
#include "pin/tap_name.h"

/* The pins of one tap, open. */
struct tap {
	char ifname[IF_NAMESIZE]; /* that its directory is named after */
	struct tap_meta meta;
	int *ring_fds;   /* meta.rings of them, read and write; NULL: not wanted */
	int doorbell_fd; /* -1: not wanted; so too the word */
	int wakeup_fd;
	int stats_fd;   /* stats_map, read only */
	int flows_fd;   /* -1: not wanted, or meta.flows is 0; so too the next */
	int flushed_fd; /* flow_flushed */
	int lock_fd;    /* the meta pin as a file, for lock.h */
};

#define TAP_CLOSED                                                                  \
	{                                                                           \
		.doorbell_fd = -1, .wakeup_fd = -1, .stats_fd = -1, .flows_fd = -1, \
		.flushed_fd = -1, .lock_fd = -1                                     \
	}

/* Any of them, or-ed. */
enum tap_want {
	TAP_STATS = 0, /* no permission to write is needed */
	TAP_RINGS = 1, /* what a reader needs too: it writes positions and the word */
	TAP_FLOWS = 2, /* the maps of flows, if there are any; to read them */
	TAP_FLUSH = 4, /* the same, to delete flows and count that */
};

/*
 * Opens the tap of that name and verifies types, sizes and ABI version. On
 * failure *tap is untouched and *reason says what was wrong. Returns
 *   0         close it with tap_close()
 *   -ENOENT   there is no such tap
 *   -ENODATA  half-made: the loader has not written meta
 *   -EPROTO   a pin is not what this version of xdptap pins
 *   -errno    else
 */
int tap_open(const struct tap_name *name, enum tap_want want, struct tap *tap,
	     struct reason *reason);

/*
 * Reads the meta record alone; whatever is wrong with the other pins. Returns 0,
 * or what tap_open() returns and the reason.
 */
int tap_read_meta(const struct tap_name *name, struct tap_meta *meta, struct reason *reason);

/*
 * Opens ring number i of an open tap. Returns its descriptor, the caller's, or what
 * tap_open() returns and the reason; -EACCES without permission to read and write it:
 * the kernel maps no ring through a descriptor that can't write, even to be read.
 */
int tap_open_ring(const struct tap_name *name, const struct tap *tap, __u32 i,
		  struct reason *reason);

/* Closes what is open; nothing in one that is TAP_CLOSED, or closed already. */
void tap_close(struct tap *tap);

/* Closes the rings alone: one that is mapped needs no descriptor. */
void tap_close_rings(struct tap *tap);

/* "native", "generic", "offload", "auto" of enum xdptap_mode; else "unknown". */
const char *tap_mode_name(__u32 mode);

/* Kernel's id of a map. Returns 0 or -errno. */
int tap_map_id(int map_fd, __u32 *id);

/* Inode of this process's network namespace, 0 if it can't be known. */
__u32 tap_netns_ino(void);

#endif
