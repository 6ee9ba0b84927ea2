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

/* The socket that stays open; -1: each request has its own. */
static int kept = -1;

int link_keep_socket(void)
{
	if (kept < 0)
		kept = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	return kept < 0 ? -errno : 0;
}

int link_socket(void)
{
	return kept >= 0 ? kept : socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

void link_socket_done(int fd)
{
	if (fd >= 0 && fd != kept)
		close(fd);
}

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

/* Takes the ids of the programs from an IFLA_XDP, which has one for each mode that is in use. */
static void parse_xdp(const struct rtattr *nest, struct link *link)
{
	const struct rtattr *a = RTA_DATA(nest);
	int left = (int)RTA_PAYLOAD(nest);

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (RTA_PAYLOAD(a) != sizeof(__u32))
			continue;
		if (a->rta_type == IFLA_XDP_DRV_PROG_ID)
			memcpy(&link->native_id, RTA_DATA(a), sizeof(__u32));
		else if (a->rta_type == IFLA_XDP_SKB_PROG_ID)
			memcpy(&link->generic_id, RTA_DATA(a), sizeof(__u32));
		else if (a->rta_type == IFLA_XDP_HW_PROG_ID)
			memcpy(&link->offload_id, RTA_DATA(a), sizeof(__u32));
	}
}

static int parse_link(const struct nlmsghdr *h, struct link *link)
{
	const struct ifinfomsg *info = NLMSG_DATA(h);
	const struct rtattr *a = IFLA_RTA(info);
	int left = (int)IFLA_PAYLOAD(h), err = -EPROTO;

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if ((a->rta_type & NLA_TYPE_MASK) == IFLA_XDP)
			parse_xdp(a, link);
		if (a->rta_type != IFLA_IFNAME || RTA_PAYLOAD(a) > IF_NAMESIZE)
			continue;
		link->ifindex = (__u32)info->ifi_index;
		memcpy(link->ifname, RTA_DATA(a), RTA_PAYLOAD(a));
		link->ifname[IF_NAMESIZE - 1] = '\0';
		err = 0;
	}
	return err;
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

/* Receives until the answer to the request with this number is there: an earlier one may have come
 * too late for who asked. */
static ssize_t receive(int fd, void *answer, size_t room, __u32 seq)
{
	const struct nlmsghdr *h = answer;
	ssize_t bytes;

	do
		bytes = recv(fd, answer, room, 0);
	while ((bytes < 0 && errno == EINTR) ||
	       (bytes >= (ssize_t)sizeof(*h) && h->nlmsg_seq != seq));
	return bytes;
}

ssize_t link_ask(const struct nlmsghdr *request, void *answer, size_t room)
{
	int fd = link_socket(), err;
	ssize_t bytes = -1;

	if (fd >= 0 && send(fd, request, request->nlmsg_len, 0) >= 0)
		bytes = receive(fd, answer, room, request->nlmsg_seq);
	err = errno;
	link_socket_done(fd);
	return bytes < 0 ? -err : bytes;
}

/* Asks for one interface. As link_find(). */
static int ask(struct request *r, struct link *link)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_MAX] = { 0 };
	struct link found = { 0 };
	static __u32 seq;
	ssize_t bytes;
	int err;

	r->header.nlmsg_seq = ++seq;
	bytes = link_ask(&r->header, answer, sizeof(answer));
	err = bytes < 0 ? (int)bytes : parse((void *)answer, (size_t)bytes, &found);
	if (!err)
		*link = found;
	return err;
}

int link_find(const char *name, struct link *link)
{
	struct request r;

	if (!link_name_valid(name))
		return -ENODEV;
	prepare(&r, name);
	return ask(&r, link);
}

int link_get(__u32 ifindex, struct link *link)
{
	struct request r = {
		.header = { .nlmsg_type = RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST,
			    .nlmsg_len = NLMSG_LENGTH(sizeof(r.info)) },
		.info = { .ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex },
	};

	return ifindex ? ask(&r, link) : -ENODEV;
}

int link_name(__u32 ifindex, char name[IF_NAMESIZE])
{
	struct link link;
	int err = link_get(ifindex, &link);

	if (!err)
		memcpy(name, link.ifname, sizeof(link.ifname));
	return err;
}
