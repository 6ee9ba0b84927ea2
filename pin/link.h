/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces of this network namespace, by any of their names. */
#ifndef XDPTAP_PIN_LINK_H
#define XDPTAP_PIN_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

/* Bytes of the longest name, with its NUL: ALTIFNAMSIZ in the kernel's linux/if.h. */
#define LINK_NAME_MAX 128

struct link {
	__u32 ifindex;
	char ifname[IF_NAMESIZE]; /* its name, which is no alternative one */
};

/* Returns whether `name` can be a name or an alternative name, as ip(8) has it. */
bool link_name_valid(const char *name);

/*
 * Finds the interface that has this name or this alternative name, as 'ip link show dev NAME'
 * does. Returns 0, -ENODEV if there is none, or -errno; *link is untouched on failure.
 */
int link_find(const char *name, struct link *link);

/* Gets the name of the interface. Returns 0, -ENODEV if there is none, or -errno. */
int link_name(__u32 ifindex, char name[IF_NAMESIZE]);

struct nlmsghdr;

/*
 * Sends a request of rtnetlink(7) to the kernel and receives its answer, of `room` bytes at most.
 * Returns the bytes of the answer, or -errno.
 */
ssize_t link_ask(const struct nlmsghdr *request, void *answer, size_t room);

#endif
