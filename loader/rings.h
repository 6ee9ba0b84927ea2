/* SPDX-License-Identifier: BSD-2-Clause */
/* The ring buffers of a tap, before its program is loaded; for attach and set. */
#ifndef XDPTAP_LOADER_RINGS_H
#define XDPTAP_LOADER_RINGS_H

#include <stdint.h>

#include <linux/types.h>

struct program;
struct tap_name;

/*
 * Requests one ring buffer per CPU, or fewer, so that each has at least RINGS_AUTO_MIN bytes
 * and room for two of the largest records.
 */
#define RINGS_AUTO     0
#define RINGS_AUTO_MIN (256u << 10)

/*
 * Divides `total` bytes, a power of two, among `n` ring buffers, or RINGS_AUTO. Sets *rings to
 * their number and *each to the size of each, the largest power of two that fits. Returns 0,
 * or -EINVAL if `total` is less than rings_min_bytes(); both are untouched then.
 */
int rings_split(__u32 total, __u32 n, __u32 cpus, __u32 snaplen, __u32 *rings, __u32 *each);

/*
 * Returns the minimum size of `n` ring buffers together, or of a single one for RINGS_AUTO:
 * each has at least a page and can hold the largest record. It is a power of two, in bytes.
 */
__u64 rings_min_bytes(__u32 n, __u32 snaplen);

/*
 * Returns N: on each CPU the program checks the fill level at every Nth event. N is small
 * enough that no ring buffer can fill up in between; a power of two, at most
 * XDPTAP_WAKEUP_LOOK_MAX.
 */
__u32 rings_look_every(__u32 n, __u32 bytes, __u32 cpus, __u32 snaplen);

/*
 * Creates the array through which CPU c finds the ring buffer fds[c % n]. Returns its descriptor,
 * which is the caller's, or -errno.
 */
int rings_array(const int *fds, __u32 n, const char *name);

/*
 * Makes the program, which is not loaded yet, use these `n` ring buffers: CPU c uses number c % n.
 * The descriptors stay the caller's. Returns 0 or -errno.
 */
int rings_use(const int *fds, __u32 n, const struct program *p);

/*
 * Creates `n` ring buffers of `bytes` each, pins them in the tap's directory, and makes the
 * program, which is not loaded yet, use them: CPU c uses number c % n. Returns 0 or -errno;
 * the caller removes what was pinned then.
 */
int rings_create(const struct tap_name *name, __u32 n, __u32 bytes, const struct program *p);

#endif
