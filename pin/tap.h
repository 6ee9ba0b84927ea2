/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The meeting place of the three tools: the directory BPFFS/xdptap/IFNAME with
 * the pinned maps of the tap on that interface, and how to open them so that
 * what is not ours, or of another version, is refused and said.
 */
#ifndef XDPTAP_PIN_TAP_H
#define XDPTAP_PIN_TAP_H

#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "bpf/abi.h"

/* Below the BPF filesystem. */
#define TAP_ROOT "xdptap"

/* Whether the kernel would take `name` for an interface (dev_valid_name). */
bool tap_valid_ifname(const char *name);

/*
 * Path of a tap's directory, or of the pin `name` in it if that is not NULL.
 * bpffs forbids dots in names and interfaces forbid colons: eth0.100 lies in
 * "eth0:100". Returns 0 or -ENAMETOOLONG.
 */
int tap_path(char buf[PATH_MAX], const char *bpffs, const char *ifname, const char *name);

/*
 * Names of the interfaces that have a directory, sorted; one allocation, to be
 * freed by the caller. Returns their number (0 too when nothing was ever
 * pinned, *names is then NULL) or -errno; -ENOTDIR if
 * `bpffs`, other than the default, is no BPF filesystem.
 */
int tap_list(const char *bpffs, char (**names)[IF_NAMESIZE]);

/* Name of the pin of ring number i: packet_ringbuf, packet_ringbuf_1, ... */
#define TAP_RING_NAME_MAX 32
const char *tap_ring_name(char buf[TAP_RING_NAME_MAX], __u32 i);

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
 * Opens the tap on `ifname` and verifies types, sizes and ABI version. On
 * failure *tap is untouched and `reason` says in words what was wrong. Returns
 *   0         close it with tap_close()
 *   -ENOENT   there is no such tap
 *   -ENODATA  half-made: the loader has not written meta
 *   -EPROTO   a pin is not what this version of xdptap pins
 *   -errno    else
 */
int tap_open(const char *bpffs, const char *ifname, enum tap_want want, struct tap *tap,
	     char *reason, size_t size);

/*
 * Reads the meta record alone; whatever is wrong with the other pins. Returns 0,
 * or what tap_open() returns and the reason.
 */
int tap_read_meta(const char *bpffs, const char *ifname, struct tap_meta *meta, char *reason,
		  size_t size);

/*
 * Opens ring number i of an open tap. Returns its descriptor, the caller's, or what
 * tap_open() returns and the reason; -EACCES without permission to read and write it:
 * the kernel maps no ring through a descriptor that can't write, even to be read.
 */
int tap_open_ring(const char *bpffs, const struct tap *tap, __u32 i, char *reason, size_t size);

/* Closes what is open; nothing in one that is TAP_CLOSED, or closed already. */
void tap_close(struct tap *tap);

/* Closes the rings alone: one that is mapped needs no descriptor. */
void tap_close_rings(struct tap *tap);

/* Prints why tap_list() failed, and the next step. */
void tap_list_failed(const char *bpffs, int err);

/*
 * Prints why tap_open() failed, as an error and the next step. `err` and
 * `reason` are what it gave.
 */
void tap_open_failed(const char *ifname, int err, const char *reason);

/* "native", "generic", "offload", "auto" of enum xdptap_mode; else "unknown". */
const char *tap_mode_name(__u32 mode);

/* Kernel's id of a map. Returns 0 or -errno. */
int tap_map_id(int map_fd, __u32 *id);

/* Inode of this process's network namespace, 0 if it can't be known. */
__u32 tap_netns_ino(void);

#endif
