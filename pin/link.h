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
	/* The ids of its XDP programs, by mode; 0: there is none. */
	__u32 native_id, generic_id, offload_id;
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

/* Gets the interface with this index. Returns as link_find(). */
int link_get(__u32 ifindex, struct link *link);

/*
 * Opens the socket through which all later requests go, for who gives up the right to open others.
 * It is of the network namespace of now. Returns 0 or -errno.
 */
int link_keep_socket(void);

/*
 * Returns a socket of this network namespace for an ioctl(2) about an interface, or -1 with errno.
 * Give it back by link_socket_done(), which changes neither it nor errno if it is -1.
 */
int link_socket(void);
void link_socket_done(int fd);

struct nlmsghdr;

/*
 * Sends a request of rtnetlink(7) to the kernel and receives its answer, of `room` bytes at most.
 * Returns the bytes of the answer, or -errno.
 */
ssize_t link_ask(const struct nlmsghdr *request, void *answer, size_t room);

#endif
