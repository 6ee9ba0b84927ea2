// SPDX-License-Identifier: BSD-2-Clause
/* Asks the kernel what a driver can do for XDP; bpf_xdp_query() tells it only from libbpf 1.2 on.
 */
#include <errno.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "loader/driver_features.h"

/* Of linux/netdev.h, which the headers of Debian 12 do not have. */
#define NETDEV_FAMILY          "netdev"
#define COMMAND_DEV_GET        1
#define ATTRIBUTE_IFINDEX      1
#define ATTRIBUTE_XDP_FEATURES 3

#define ANSWER_MAX 32768

static struct nlmsghdr *prepare(char *buf, __u16 family, __u8 command)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *g = mnl_nlmsg_put_extra_header(h, sizeof(*g));

	h->nlmsg_type = family;
	h->nlmsg_flags = NLM_F_REQUEST;
	g->cmd = command;
	g->version = 1;
	return h;
}

/* Sends a request and gives its answer to `parse`. Returns 0 or -errno. */
static int ask(struct mnl_socket *nl, struct nlmsghdr *h, mnl_cb_t parse, void *data)
{
	static char answer[ANSWER_MAX];
	ssize_t n;

	h->nlmsg_seq = 1;
	if (mnl_socket_sendto(nl, h, h->nlmsg_len) < 0)
		return -errno;
	n = mnl_socket_recvfrom(nl, answer, sizeof(answer));
	if (n < 0 || mnl_cb_run(answer, (size_t)n, 1, mnl_socket_get_portid(nl), parse, data) < 0)
		return -errno;
	return 0;
}

static int parse_family(const struct nlmsghdr *h, void *data)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, h, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_get_payload_len(a) == sizeof(__u16))
			*(__u16 *)data = mnl_attr_get_u16(a);
	return MNL_CB_STOP;
}

static int parse_features(const struct nlmsghdr *h, void *data)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, h, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) == ATTRIBUTE_XDP_FEATURES &&
		    mnl_attr_get_payload_len(a) == sizeof(__u64))
			*(__u64 *)data = mnl_attr_get_u64(a);
	return MNL_CB_STOP;
}

static int ask_both(struct mnl_socket *nl, __u32 ifindex, __u64 *features)
{
	char buf[256];
	struct nlmsghdr *h = prepare(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	__u16 family = 0;
	int err;

	mnl_attr_put_strz(h, CTRL_ATTR_FAMILY_NAME, NETDEV_FAMILY);
	err = ask(nl, h, parse_family, &family);
	if (err || !family)
		return err ? err : -ENOENT;
	h = prepare(buf, family, COMMAND_DEV_GET);
	mnl_attr_put_u32(h, ATTRIBUTE_IFINDEX, ifindex);
	return ask(nl, h, parse_features, features);
}

int driver_features_get(__u32 ifindex, __u64 *features)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	__u64 found = 0;
	int err;

	if (!nl)
		return -errno;
	err = mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno
							     : ask_both(nl, ifindex, &found);
	mnl_socket_close(nl);
	if (!err)
		*features = found;
	return err;
}
