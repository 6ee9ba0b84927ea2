/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an attempt of libxdp to attach or detach has left on the interface, if it failed. libxdp
 * takes an error for "nothing has happened", and removes the pins of its new dispatcher. But if
 * only the kernel's answer was lost, that dispatcher is attached, and its programs were just cut
 * off.
 */
#ifndef XDPTAP_LOADER_AFTERMATH_H
#define XDPTAP_LOADER_AFTERMATH_H

#include <linux/types.h>

/* What was on the interface before. */
struct aftermath {
	__u32 ifindex;
	__u32 id; /* of the program or dispatcher; 0: none */
	int fd;   /* of that; owned by this struct; -1: none */
};

#define AFTERMATH_NONE   \
	{                \
		.fd = -1 \
	}

/* Looks at the interface before the attempt. Returns 0; or -errno, then nothing is to be closed. */
int aftermath_prepare(struct aftermath *a, __u32 ifindex);

/*
 * After an attempt that failed: if the interface has this program (`own_fd`, -1: none) now, or a
 * dispatcher that libxdp has no pins for, puts what was there before in its place. Returns 0 if the
 * interface is as it was, or others have changed it; 1 if it has no program any more that was there
 * before; or -errno if it could not be found out or put right.
 */
int aftermath_undo(const struct aftermath *a, int own_fd);

void aftermath_close(struct aftermath *a);

#endif
