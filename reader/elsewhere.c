// SPDX-License-Identifier: BSD-2-Clause
/* Notices what becomes of interfaces in other network namespaces; used by follow.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "pin/dispatcher.h"
#include "pin/link.h"
#include "pin/netns.h"
#include "pin/nsid.h"
#include "pin/tap_map.h"
#include "pin/tap_state.h"
#include "reader/elsewhere.h"
#include "reader/tap_monitor.h"

/* Numbers of namespaces, as ours calls them, are 0 or more. */
enum { HERE = -1, UNKNOWN = -2 };

/* Where the interface of a tap is. */
struct elsewhere_place {
	__u32 netns_ino, ifindex; /* as in meta */
	int nsid;
	__u32 there; /* its index there */
	bool gone;
	bool unloaded; /* `gone` is not the interface, but its program */
};

/* Many interfaces may come and go between two looks. */
#define RECEIVE_BYTES (1 << 20)

int elsewhere_open(struct elsewhere *e)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	const int group = RTNLGRP_NSID, yes = 1, bytes = RECEIVE_BYTES;
	int err;

	*e = (struct elsewhere){ .netns_ino = tap_netns_ino(), .own_nsid = nsid_own() };
	e->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (e->fd < 0)
		return -errno;
	if (bind(e->fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    setsockopt(e->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group))) {
		err = -errno;
		elsewhere_close(e);
		return err;
	}
	/* What is forbidden here is only that other namespaces are heard. */
	setsockopt(e->fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &yes, sizeof(yes));
	setsockopt(e->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return 0;
}

void elsewhere_close(struct elsewhere *e)
{
	if (e->fd >= 0)
		close(e->fd);
	free(e->list);
	*e = (struct elsewhere)ELSEWHERE_CLOSED;
}

static int has_interface(void *arg)
{
	const struct elsewhere_place *p = arg;
	struct link link;

	return link_get(p->ifindex, &link) != -ENODEV;
}

/* The interface is in no namespace where it could be heard: whether it is in none at all. */
static bool is_nowhere(const char *bpffs, const struct tap *tap)
{
	__u32 map_id;

	if (tap->meta.trace)
		return true;
	if (!tap->meta.dispatcher)
		return tap_state_check(bpffs, &tap->meta, &tap->in_force) != TAP_STATE_ATTACHED;
	/* libxdp's pins hold the program in any case. */
	return !tap_map_id(tap->stats_fd, &map_id) && dispatcher_is_dead(bpffs, map_id);
}

/* Looks for the interface of a tap of another namespace. */
static void look(struct elsewhere_place *p, const char *bpffs, const struct tap *tap)
{
	char path[PATH_MAX];
	int found = netns_find(p->netns_ino, path), nsid;

	p->nsid = UNKNOWN;
	if (found > 0) {
		/* First it is listened for, then looked for. */
		nsid = nsid_of(path);
		p->nsid = nsid < 0 ? UNKNOWN : nsid;
		found = netns_visit(path, p->netns_ino, has_interface, p);
	}
	if (found)
		return; /* it is there, or that can't be found out */
	p->nsid = UNKNOWN;
	p->gone = is_nowhere(bpffs, tap);
}

void elsewhere_add(struct elsewhere *e, const char *bpffs, const struct tap *tap)
{
	struct elsewhere_place *more = reallocarray(e->list, e->n + 1, sizeof(*more)), *p;
	struct link link;

	if (!more)
		return;
	e->list = more;
	p = &e->list[e->n++];
	*p = (struct elsewhere_place){ .netns_ino = tap->meta.netns_ino,
				       .ifindex = tap->meta.ifindex,
				       .there = tap->meta.ifindex,
				       .nsid = HERE };
	if (p->netns_ino != e->netns_ino) {
		look(p, bpffs, tap);
	} else if (link_get(p->ifindex, &link) == -ENODEV) {
		/* Moved already, who knows where. */
		p->nsid = UNKNOWN;
		p->gone = tap_state_check(bpffs, &tap->meta, &tap->in_force) != TAP_STATE_ATTACHED;
	}
}

/* Returns the namespace that a message is from. */
static int sender(struct msghdr *msg, const struct elsewhere *e)
{
	int nsid = HERE;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_NETLINK && c->cmsg_type == NETLINK_LISTEN_ALL_NSID &&
		    c->cmsg_len >= CMSG_LEN(sizeof(nsid)))
			memcpy(&nsid, CMSG_DATA(c), sizeof(nsid));
	return nsid == e->own_nsid ? HERE : nsid;
}

/* Returns the 32-bit value of an attribute, or `otherwise` if there is none. */
static int attribute(const struct rtattr *a, int left, unsigned short type, int otherwise)
{
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == type && RTA_PAYLOAD(a) == sizeof(otherwise))
			memcpy(&otherwise, RTA_DATA(a), sizeof(otherwise));
	return otherwise;
}

/* Returns whether a message says that the interface has no XDP program. */
static bool has_no_program(const struct rtattr *a, int left)
{
	const struct rtattr *in;
	int left_in;

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if ((a->rta_type & NLA_TYPE_MASK) != IFLA_XDP)
			continue;
		in = RTA_DATA(a);
		for (left_in = (int)RTA_PAYLOAD(a); RTA_OK(in, left_in); in = RTA_NEXT(in, left_in))
			if (in->rta_type == IFLA_XDP_ATTACHED && RTA_PAYLOAD(in) == 1)
				return *(const __u8 *)RTA_DATA(in) == XDP_ATTACHED_NONE;
	}
	return false;
}

/* The interface has left this place. */
static void left_place(struct elsewhere_place *p, const struct rtattr *a, int left)
{
	int nsid = attribute(a, left, IFLA_NEW_NETNSID, UNKNOWN);

	if (nsid == UNKNOWN) {
		p->gone = true;
		p->unloaded = false;
	} else if (p->nsid == HERE) {
		p->there = (__u32)attribute(a, left, IFLA_NEW_IFINDEX, (int)p->there);
		p->nsid = nsid;
	} else {
		p->nsid = UNKNOWN; /* the number is what that namespace calls the next one */
	}
}

/* Returns whether the message says something new of this place. */
static bool take_link(struct elsewhere_place *p, const struct nlmsghdr *h, int nsid)
{
	const struct ifinfomsg *info = NLMSG_DATA(h);
	const struct rtattr *a = IFLA_RTA(info);
	int left = (int)IFLA_PAYLOAD(h);

	if (p->nsid != nsid || p->there != (__u32)info->ifi_index ||
	    h->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) || info->ifi_family != AF_UNSPEC)
		return false;
	if (h->nlmsg_type == RTM_DELLINK)
		left_place(p, a, left);
	else if (p->nsid != HERE && has_no_program(a, left))
		p->gone = p->unloaded = true;
	return p->gone || h->nlmsg_type == RTM_DELLINK;
}

static bool take_end_of_namespace(struct elsewhere_place *p, const struct nlmsghdr *h)
{
	const struct rtattr *a =
		(const void *)((const char *)NLMSG_DATA(h) + NLMSG_ALIGN(sizeof(struct rtgenmsg)));
	int left = (int)NLMSG_PAYLOAD(h, NLMSG_ALIGN(sizeof(struct rtgenmsg)));

	if (p->nsid < 0 || attribute(a, left, NETNSA_NSID, UNKNOWN) != p->nsid)
		return false;
	p->gone = true;
	return true;
}

/* Returns whether the message says something new of one of the interfaces. */
static bool take_one(struct elsewhere *e, const struct nlmsghdr *h, int nsid)
{
	bool some = false;

	for (struct elsewhere_place *p = e->list; p < e->list + e->n; p++) {
		if (h->nlmsg_type == RTM_NEWLINK || h->nlmsg_type == RTM_DELLINK)
			some |= take_link(p, h, nsid);
		else if (h->nlmsg_type == RTM_DELNSID && nsid == HERE)
			some |= take_end_of_namespace(p, h);
	}
	return some;
}

bool elsewhere_take(struct elsewhere *e)
{
	_Alignas(struct nlmsghdr) static char buf[1 << 15];
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { buf, sizeof(buf) };
	const struct nlmsghdr *h;
	bool some = false;
	ssize_t n;

	if (e->fd < 0)
		return false;
	for (;;) {
		struct msghdr msg = { .msg_iov = &iov,
				      .msg_iovlen = 1,
				      .msg_control = control,
				      .msg_controllen = sizeof(control) };

		n = recvmsg(e->fd, &msg, 0);
		/* ENOBUFS: messages are lost, and what they said. */
		if (n < 0 && errno != ENOBUFS && errno != EINTR)
			return some;
		for (h = (const void *)buf; n > 0 && NLMSG_OK(h, (size_t)n); h = NLMSG_NEXT(h, n))
			some |= take_one(e, h, sender(&msg, e));
	}
}

static const struct elsewhere_place *find(const struct elsewhere *e, const struct tap *tap)
{
	for (const struct elsewhere_place *p = e->list; p < e->list + e->n; p++)
		if (p->netns_ino == tap->meta.netns_ino && p->ifindex == tap->meta.ifindex)
			return p;
	return NULL;
}

const char *elsewhere_gone(const struct elsewhere *e, const struct tap *tap)
{
	const struct elsewhere_place *p = find(e, tap);

	/* A program that is only traced may come back, or another one take its place. */
	if (!p || p->netns_ino == e->netns_ino || !p->gone || (p->unloaded && tap->meta.trace))
		return NULL;
	return p->unloaded ? TAP_MONITOR_UNLOADED : "the interface is gone";
}

bool elsewhere_moved(const struct elsewhere *e, const struct tap *tap)
{
	const struct elsewhere_place *p = find(e, tap);

	return p && p->nsid != HERE && !p->gone;
}
