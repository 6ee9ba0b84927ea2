/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens the pinned maps of a tap, in the directory that tap_name.h names. Maps of somebody else or
 * of another version are refused with a reason.
 */
#ifndef XDPTAP_PIN_TAP_H
#define XDPTAP_PIN_TAP_H

#include <net/if.h>
#include <stdbool.h>

#include "bpf/abi.h"
#include "pin/in_force.h"
#include "pin/reason.h"
#include "pin/tap_name.h"

/* The open pins of a tap. */
struct tap {
	char ifname[IF_NAMESIZE]; /* the name of its directory */
	struct tap_meta meta; /* of a trace tap, mode and dispatcher are those of the settings */
	struct in_force in_force; /* when it was opened, or by tap_refresh() */
	int *ring_fds;   /* meta.rings of them, for reading and writing; NULL: not wanted */
	int doorbell_fd; /* -1: not wanted; the same for the next one */
	int wakeup_fd;
	int stats_fd;   /* stats_map, read only */
	int members_fd; /* read only; -1: meta.verdicts is 0; the same for the next one */
	int verdicts_fd;
	int errors_fd;  /* read only; -1: meta.errors is 0 */
	int flows_fd;   /* -1: not wanted, or meta.flows is 0; the same for the next one */
	int flushed_fd; /* flow_flushed */
	int control_fd; /* read only; -1: not wanted; the same for the next one */
	int settings_fd;
	int lock_fd; /* the meta pin as a file, for lock.h */
};

#define TAP_CLOSED                                                                    \
	{                                                                             \
		.doorbell_fd = -1, .wakeup_fd = -1, .stats_fd = -1, .members_fd = -1, \
		.verdicts_fd = -1, .errors_fd = -1, .flows_fd = -1, .flushed_fd = -1, \
		.control_fd = -1, .settings_fd = -1, .lock_fd = -1                    \
	}

/* What to open; or-ed. */
enum tap_want {
	TAP_STATS = 0,    /* needs no permission to write */
	TAP_RINGS = 1,    /* also what a reader needs: it writes positions and wake-up requests */
	TAP_FLOWS = 2,    /* the maps of flows, if there are any, for reading */
	TAP_FLUSH = 4,    /* the same, for deleting flows */
	TAP_SETTINGS = 8, /* those of the settings stay open: they may not be opened again */
};

/*
 * Opens the tap of that name and verifies types, sizes and ABI version. On failure *tap is
 * untouched and *reason says what is wrong, with a hint if a permission is missing. Returns
 *   0         close it with tap_close()
 *   -ENOENT   there is no such tap
 *   -ENODATA  half-made: the loader has not written meta
 *   -EPROTO   a pin is not what this version of xdptap pins
 *   -errno    else
 */
int tap_open(const struct tap_name *name, enum tap_want want, struct tap *tap,
	     struct reason *reason);

/* Reads the settings in force again. If they can't be read any more, those that were known stay. */
void tap_refresh(const struct tap_name *name, struct tap *tap);

/*
 * Reads the meta record alone, whatever is wrong with the other pins. Returns 0, or the error of
 * tap_open() and the reason.
 */
int tap_read_meta(const struct tap_name *name, struct tap_meta *meta, struct reason *reason);

/*
 * Opens ring buffer number i of an open tap. Returns its descriptor, which the caller closes, or
 * the error of tap_open() and the reason; -EACCES without permission to read and write: the kernel
 * maps no ring buffer through a descriptor that can't write, not even for reading.
 */
int tap_open_ring(const struct tap_name *name, const struct tap *tap, __u32 i,
		  struct reason *reason);

/* Opens XDPTAP_MAP_DECIDED. Returns a descriptor, or the error of tap_open() and the reason. */
int tap_open_decided(const struct tap_name *name, struct reason *reason);

/* Returns whether another tap is pinned under this name by now, so that what is opened from now on
 * is not of this one. */
bool tap_is_replaced(const struct tap_name *name, const struct tap *tap);

/* Opens a pin of a tap for reading and writing, whatever it is. Returns a descriptor or -errno. */
int tap_open_pin(const struct tap_name *name, const char *pin);

/* Closes it; nothing if it is TAP_CLOSED or closed already. */
void tap_close(struct tap *tap);

/* Closes the ring buffers and wakeup alone: what is mapped needs no descriptors. */
void tap_close_mapped(struct tap *tap);

/* Returns "native", "generic", "offload" or "auto" for enum xdptap_mode, or "unknown". */
const char *tap_mode_name(__u32 mode);

/*
 * Finds out in which network namespace this process is. Whoever would do something else in another
 * one calls this first; then tap_netns_ino() knows. Returns 0, or -errno and the reason.
 */
int tap_know_netns(struct reason *reason);

/* Returns the inode of the network namespace of this process, or 0 if that is unknown. */
__u32 tap_netns_ino(void);

#endif
