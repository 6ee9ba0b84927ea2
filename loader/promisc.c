// SPDX-License-Identifier: BSD-2-Clause
/*
 * Promiscuous mode of the tapped interface; used by attach, detach and show. It asks by index
 * through netlink, since an interface may have been renamed.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "loader/promisc.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/link.h"
#include "pin/tap.h"

struct link_request {
	struct nlmsghdr header;
	struct ifinfomsg link;
};

/* The kernel describes an interface in a few KiB; with virtual functions it takes more, which
 * nobody wants here. */
union answer {
	struct nlmsghdr header;
	char bytes[8192];
};

/* Returns 0 or -errno; fills in *link, if that is not NULL and the kernel answered with one. */
static int ask(__u16 type, __u16 flags, const struct ifinfomsg *about, struct ifinfomsg *link)
{
	const struct link_request request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = type,
			    .nlmsg_flags = NLM_F_REQUEST | flags },
		.link = *about,
	};
	union answer answer = { .bytes = { 0 } };
	ssize_t n = link_ask(&request.header, &answer, sizeof(answer));

	if (n < 0)
		return (int)n;
	if (n >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)) &&
	    answer.header.nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
	if (!link || n < (ssize_t)NLMSG_LENGTH(sizeof(*link)) ||
	    answer.header.nlmsg_type != RTM_NEWLINK)
		return -EPROTO;
	memcpy(link, NLMSG_DATA(&answer.header), sizeof(*link));
	return 0;
}

int promisc_get(__u32 ifindex, bool *on)
{
	const struct ifinfomsg about = { .ifi_index = (int)ifindex };
	struct ifinfomsg link = { 0 };
	int err = ask(RTM_GETLINK, 0, &about, &link);

	if (!err)
		*on = link.ifi_flags & IFF_PROMISC;
	return err;
}

int promisc_set(__u32 ifindex, bool on)
{
	const struct ifinfomsg about = {
		.ifi_index = (int)ifindex,
		.ifi_flags = on ? IFF_PROMISC : 0,
		.ifi_change = IFF_PROMISC,
	};

	int err = ask(RTM_NEWLINK, NLM_F_ACK, &about, NULL);
	bool now;

	/* The request may have arrived, and only the answer not. */
	return err && !promisc_get(ifindex, &now) && now == on ? 0 : err;
}

int promisc_begin(const char *ifname, __u32 ifindex)
{
	int err = promisc_set(ifindex, true);

	if (!err)
		return 0;
	diag_error("%s: can't turn promiscuous mode on: %s", ifname, strerror(-err));
	if (err == -EPERM || err == -EACCES)
		capability_hint(CAPABILITY_NET_ADMIN);
	promisc_set(ifindex, false); /* the request may have arrived, and only the answer not */
	return err;
}

int promisc_end(const struct tap_name *name, const struct tap_meta *meta, __u32 found_on)
{
	__u32 ifindex = found_on;
	int err;

	if (!meta->promisc)
		return 0;
	if (!ifindex && meta->netns_ino == tap_netns_ino())
		ifindex = meta->ifindex;
	err = ifindex ? promisc_set(ifindex, false) : -ENODEV;
	if (err == -ENODEV) {
		diag_note(
			"%s: promiscuous mode can't be turned off, since the interface is not in this network namespace; if it was moved, turn it off there",
			name->ifname);
		return 0;
	}
	if (err) {
		diag_error("%s: can't turn promiscuous mode off: %s", name->ifname, strerror(-err));
		if (err == -EPERM || err == -EACCES)
			capability_hint(CAPABILITY_NET_ADMIN);
		else
			diag_hint("run 'xdptap-loader detach dev %s' again", name->ifname);
	}
	return err;
}
