// SPDX-License-Identifier: BSD-2-Clause
/* Asks the kernel by RTM_GETNSID and RTM_NEWNSID; used by xdptap-reader. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "pin/link.h"
#include "pin/nsid.h"

#define NO_NSID (-1)

struct value {
	struct rtattr attribute;
	__s32 number;
};

struct request {
	struct nlmsghdr header;
	struct rtgenmsg general;
	char padding[3];
	struct value fd, nsid; /* without the second one for RTM_GETNSID */
};

/* Returns the number that the answer has; or, as for an error, one below 0; 0 for an ACK. */
static int parse(const struct nlmsghdr *h, size_t bytes)
{
	const struct nlmsgerr *error = NLMSG_DATA(h);
	const struct value *v;

	if (!NLMSG_OK(h, bytes))
		return -EPROTO;
	if (h->nlmsg_type == NLMSG_ERROR)
		return error->error;
	v = (const void *)((const char *)NLMSG_DATA(h) + NLMSG_ALIGN(sizeof(struct rtgenmsg)));
	if (h->nlmsg_type != RTM_NEWNSID ||
	    h->nlmsg_len < NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct rtgenmsg))) + sizeof(*v) ||
	    v->attribute.rta_type != NETNSA_NSID)
		return -EPROTO;
	return v->number;
}

/* Asks for the number of the namespace that is open, or gives it one. Returns as parse(). */
static int ask(__u16 type, int fd)
{
	_Alignas(struct nlmsghdr) char answer[512];
	struct request r = {
		.header = { .nlmsg_type = type,
			    .nlmsg_flags = NLM_F_REQUEST,
			    .nlmsg_len = sizeof(r) },
		.general = { .rtgen_family = AF_UNSPEC },
		.fd = { { RTA_LENGTH(sizeof(__s32)), NETNSA_FD }, fd },
		.nsid = { { RTA_LENGTH(sizeof(__s32)), NETNSA_NSID }, NO_NSID },
	};
	ssize_t n;

	if (type == RTM_GETNSID)
		r.header.nlmsg_len -= sizeof(r.nsid);
	else
		r.header.nlmsg_flags |= NLM_F_ACK;
	n = link_ask(&r.header, answer, sizeof(answer));
	return n < 0 ? (int)n : parse((const void *)answer, (size_t)n);
}

int nsid_of(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), nsid;

	if (fd < 0)
		return NO_NSID;
	nsid = ask(RTM_GETNSID, fd);
	if (nsid == NO_NSID && !ask(RTM_NEWNSID, fd))
		nsid = ask(RTM_GETNSID, fd);
	close(fd);
	return nsid;
}

int nsid_own(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), nsid = NO_NSID;

	if (fd < 0)
		return NO_NSID;
	nsid = ask(RTM_GETNSID, fd);
	close(fd);
	return nsid < 0 ? NO_NSID : nsid;
}
