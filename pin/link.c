// SPDX-License-Identifier: BSD-2-Clause
/* Asks the kernel for an interface by RTM_GETLINK (rtnetlink(7)); used by all three tools. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "pin/link.h"

/* More than an interface takes, with all its alternative names. */
#define ANSWER_MAX 32768

struct request {
	struct nlmsghdr header;
	struct ifinfomsg info;
	struct rtattr attribute;
	char name[LINK_NAME_MAX];
};

bool link_name_valid(const char *name)
{
	size_t len = strlen(name);

	/* The kernel takes anything as an alternative name; these are the rules of ip(8). */
	return len && len < LINK_NAME_MAX && !name[strcspn(name, "/ \t\n\v\f\r")];
}

/* Names of up to 15 bytes may be of both kinds; the kernel compares an IFLA_IFNAME with all. */
static void prepare(struct request *r, const char *name)
{
	size_t bytes = strlen(name) + 1;

	*r = (struct request){
		.header = { .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST },
		.info = { .ifi_family = AF_UNSPEC },
		.attribute = { .rta_type = bytes > IF_NAMESIZE ? IFLA_ALT_IFNAME : IFLA_IFNAME,
			       .rta_len = (unsigned short)RTA_LENGTH(bytes) },
	};
	memcpy(r->name, name, bytes);
	r->header.nlmsg_len =
		(__u32)NLMSG_ALIGN(NLMSG_LENGTH(sizeof(r->info))) + RTA_ALIGN(r->attribute.rta_len);
}

static int parse_link(const struct nlmsghdr *h, struct link *link)
{
	const struct ifinfomsg *info = NLMSG_DATA(h);
	const struct rtattr *a = IFLA_RTA(info);
	int left = (int)IFLA_PAYLOAD(h);

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type != IFLA_IFNAME || RTA_PAYLOAD(a) > IF_NAMESIZE)
			continue;
		link->ifindex = (__u32)info->ifi_index;
		memcpy(link->ifname, RTA_DATA(a), RTA_PAYLOAD(a));
		link->ifname[IF_NAMESIZE - 1] = '\0';
		return 0;
	}
	return -EPROTO;
}

static int parse(const struct nlmsghdr *h, size_t bytes, struct link *link)
{
	const struct nlmsgerr *error = NLMSG_DATA(h);

	if (!NLMSG_OK(h, bytes))
		return -EPROTO;
	if (h->nlmsg_type == NLMSG_ERROR)
		return error->error ? error->error : -EPROTO;
	return h->nlmsg_type == RTM_NEWLINK ? parse_link(h, link) : -EPROTO;
}

int link_name(__u32 ifindex, char name[IF_NAMESIZE])
{
	if (if_indextoname(ifindex, name))
		return 0;
	return errno == ENXIO ? -ENODEV : -errno;
}

ssize_t link_ask(const struct nlmsghdr *request, void *answer, size_t room)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), err;
	ssize_t bytes = -1;

	if (fd >= 0 && send(fd, request, request->nlmsg_len, 0) >= 0) {
		do
			bytes = recv(fd, answer, room, 0);
		while (bytes < 0 && errno == EINTR);
	}
	err = errno;
	if (fd >= 0)
		close(fd);
	return bytes < 0 ? -err : bytes;
}

int link_find(const char *name, struct link *link)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_MAX] = { 0 };
	struct link found = { 0 };
	struct request r;
	ssize_t bytes;
	int err;

	if (!link_name_valid(name))
		return -ENODEV;
	prepare(&r, name);
	bytes = link_ask(&r.header, answer, sizeof(answer));
	err = bytes < 0 ? (int)bytes : parse((void *)answer, (size_t)bytes, &found);
	if (!err)
		*link = found;
	return err;
}
