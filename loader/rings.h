/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a tap's rings, before its program is loaded; for attach. */
#ifndef XDPTAP_LOADER_RINGS_H
#define XDPTAP_LOADER_RINGS_H

#include <stdint.h>

#include <linux/types.h>

struct capture_bpf;
struct tap_name;

/*
 * Ask for one ring a CPU, as far as each then has RINGS_AUTO_MIN bytes, and
 * room for two of the largest records.
 */
#define RINGS_AUTO     0
#define RINGS_AUTO_MIN (256u << 10)

/*
 * Splits `total` bytes, a power of two, between `n` rings or RINGS_AUTO of them:
 * *rings and the bytes of each, the largest power of two that fits. Returns 0,
 * or -EINVAL if it is less than rings_min_bytes(); then both are untouched.
 */
int rings_split(__u32 total, __u32 n, __u32 cpus, __u32 snaplen, __u32 *rings, __u32 *each);

/*
 * Bytes, a power of two, of `n` rings together, or of a single one for
 * RINGS_AUTO: that each has a page, and can hold the largest record.
 */
__u64 rings_min_bytes(__u32 n, __u32 snaplen);

/*
 * Of how many events of a CPU each one is to look how full its ring is, so that
 * none can be full before: a power of two, at most XDPTAP_WAKEUP_LOOK_MAX.
 */
__u32 rings_look_every(__u32 n, __u32 bytes, __u32 cpus, __u32 snaplen);

/*
 * Makes `n` rings of `bytes` each, pins them in the tap's directory, and has the
 * object, which is not yet loaded, use them: CPU c the ring c % n. Returns 0 or
 * -errno; what is pinned then is the caller's to remove.
 */
int rings_create(const struct tap_name *name, __u32 n, __u32 bytes, struct capture_bpf *skel);

#endif
