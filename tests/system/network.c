// SPDX-License-Identifier: BSD-2-Clause
/*
 * The private network of the system tests, made by one process: in an emulated guest each
 * process that starts takes 0.1 s. Called by tests/system/lib.bash, in namespaces of its own.
 *
 *	network mounts BPFFS	a new bpffs there, and a tmpfs on /run
 *	network up		tap0 here, peer0 in a namespace of a process whose id is printed
 *	network addresses PID	10.9.0.1 and 2001:db8::1 there, .2 and ::2 here
 *	network tagged IFACE TPID
 *				sends an empty frame with a VLAN tag of this hexadecimal EtherType
 *	network down [PID]	removes tap0, and ends that process
 *	network left BPFFS IFACE
 *				prints what is below BPFFS, and whether IFACE has an XDP program;
 *				fails if there is anything. BPFFS/xdp is libxdp's, which keeps it
 *				once any program has used it; *.debug are the kernel's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* The namespace's process ends by itself, in case nobody ends it: after so long, or as many seconds
 * as the environment variable NETWORK_HOLD says. */
#define HOLD_SECONDS 600
#define UP_MS        5000

static const char *bpffs;

/* xdptap mounts as ip does: a private bind mount, and a bpffs on top of it. */
static void mounts(void)
{
	struct stat run, root;

	if (stat("/run", &run) || stat("/", &root))
		error(1, errno, "/run");
	if (run.st_dev == root.st_dev && mount("tmpfs", "/run", "tmpfs", 0, NULL))
		error(1, errno, "can't mount /run"); /* xdp-filter has a lock there */
	while (!umount2(bpffs, MNT_DETACH))
		;
	if (mount("bpf", bpffs, "bpf", 0, NULL))
		error(1, errno, "can't mount %s", bpffs);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		error(1, errno, "%s", path);
	close(fd);
}

static void enter(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		error(1, errno, "can't enter the network namespace of process %d", (int)pid);
	close(fd);
}

/* Sends the message and waits for its acknowledgement; answer, if any, gets the answer before that.
   Returns 0 or -errno. */
static int request(struct nlmsghdr *message, mnl_cb_t answer, void *data)
{
	char buf[16384];
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	ssize_t n;
	int err = 0;

	message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = 1;
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(nl, message, message->nlmsg_len) < 0 ||
	    (n = mnl_socket_recvfrom(nl, buf, sizeof(buf))) < 0 ||
	    mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(nl), answer, data) < 0)
		err = -errno;
	if (nl)
		mnl_socket_close(nl);
	return err;
}

static void add_veth(pid_t peer)
{
	char buf[1024] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	struct nlattr *info, *data, *other;
	int err;

	message->nlmsg_type = RTM_NEWLINK;
	message->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, "tap0");
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	other = mnl_attr_nest_start(message, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, "peer0");
	mnl_attr_put_u32(message, IFLA_NET_NS_PID, (uint32_t)peer);
	mnl_attr_nest_end(message, other);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	err = request(message, NULL, NULL);
	if (err)
		error(1, -err, "can't add tap0");
}

static int change_link(const char *name, uint16_t type, unsigned int flags)
{
	char buf[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *link;

	message->nlmsg_type = type;
	link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	link->ifi_flags = flags;
	link->ifi_change = flags;
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return request(message, NULL, NULL);
}

static void set_up(const char *name)
{
	int err = change_link(name, RTM_NEWLINK, IFF_UP);

	if (err)
		error(1, -err, "can't set %s up", name);
}

static bool is_running(const char *name)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool running;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	running = fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &ifr) && ifr.ifr_flags & IFF_RUNNING;
	if (fd >= 0)
		close(fd);
	return running;
}

/* Holds the other namespace open; says through the pipe that it is there. */
static void hold_namespace(int ready_fd)
{
	const char *hold = getenv("NETWORK_HOLD");

	if (unshare(CLONE_NEWNET))
		error(1, errno, "can't make a network namespace");
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	if (write(ready_fd, "", 1) != 1)
		error(1, errno, "can't tell that the namespace is there");
	/* The reader of our output, and bats, wait for all that have their descriptors. */
	if (close_range(0, ~0U, 0))
		_exit(1);
	alarm(hold ? (unsigned int)strtoul(hold, NULL, 10) : HOLD_SECONDS);
	for (;;)
		pause();
}

/* Without addresses there is no traffic but what a test sends. */
static void up(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	pid_t peer, child;
	int ready[2];
	char byte;

	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	if (pipe2(ready, O_CLOEXEC))
		error(1, errno, "can't make a pipe");
	peer = fork();
	if (!peer)
		hold_namespace(ready[1]);
	close(ready[1]);
	if (peer < 0 || read(ready[0], &byte, 1) != 1)
		error(1, errno, "the other namespace is not there");
	add_veth(peer);
	set_up("lo");
	set_up("tap0");
	child = fork();
	if (!child) {
		enter(peer);
		set_up("peer0");
		_exit(0);
	}
	if (child < 0 || waitpid(child, NULL, 0) < 0)
		error(1, errno, "can't set peer0 up");
	for (int ms = 0; !is_running("tap0"); ms++) {
		if (ms == UP_MS)
			error(1, 0, "tap0 does not come up");
		nanosleep(&moment, NULL);
	}
	printf("%d\n", (int)peer);
}

static void add_address(const char *name, int family, const char *text, uint8_t prefix)
{
	char buf[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	size_t size = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	struct ifaddrmsg *address;
	struct in6_addr bytes;
	int err;

	inet_pton(family, text, &bytes);
	message->nlmsg_type = RTM_NEWADDR;
	message->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	address = mnl_nlmsg_put_extra_header(message, sizeof(*address));
	address->ifa_family = (uint8_t)family;
	address->ifa_prefixlen = prefix;
	address->ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0;
	address->ifa_index = if_nametoindex(name);
	mnl_attr_put(message, IFA_LOCAL, size, &bytes);
	mnl_attr_put(message, IFA_ADDRESS, size, &bytes);
	err = request(message, NULL, NULL);
	if (err)
		error(1, -err, "can't give %s the address %s", name, text);
}

static void addresses_of(const char *name, const char *ipv4, const char *ipv6)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	write_file(path, "0");
	add_address(name, AF_INET, ipv4, 24);
	add_address(name, AF_INET6, ipv6, 64);
}

static void addresses(pid_t peer)
{
	addresses_of("tap0", "10.9.0.2", "2001:db8::2");
	enter(peer);
	addresses_of("peer0", "10.9.0.1", "2001:db8::1");
}

/* The tag is in the frame, as a sender without 8021q writes it. */
static void tagged(const char *ifname, const char *tpid)
{
	unsigned char frame[ETH_ZLEN] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 };
	unsigned long type = strtoul(tpid, NULL, 16);
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	frame[12] = (unsigned char)(type >> 8);
	frame[13] = (unsigned char)type;
	frame[15] = 100;
	frame[16] = 0x88; /* local experimental EtherType */
	frame[17] = 0xb5;
	to.sll_ifindex = (int)if_nametoindex(ifname);
	if (fd < 0 || sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		error(1, errno, "%s", ifname);
	close(fd);
}

static bool something;

static int print_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *below = path + strlen(bpffs);

	(void)st;
	(void)type;
	if (!ftw->level || !strcmp(below, "/xdp") ||
	    (ftw->level == 1 && !fnmatch("*.debug", below, 0)))
		return 0;
	puts(path);
	something = true;
	return 0;
}

static int read_xdp(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr, *xdp;
	uint8_t *attached = data;

	mnl_attr_for_each(attr, message, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) != IFLA_XDP)
			continue;
		mnl_attr_for_each_nested(xdp, attr) {
			if (mnl_attr_get_type(xdp) == IFLA_XDP_ATTACHED)
				*attached = mnl_attr_get_u8(xdp);
		}
	}
	return MNL_CB_OK;
}

static int left(const char *ifname)
{
	char buf[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	uint8_t attached = XDP_ATTACHED_NONE;
	int err;

	if (nftw(bpffs, print_entry, 16, FTW_PHYS | FTW_MOUNT))
		error(1, errno, "%s", bpffs);
	message->nlmsg_type = RTM_GETLINK;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, ifname);
	err = request(message, read_xdp, &attached);
	if (err && err != -ENODEV)
		error(1, -err, "%s", ifname);
	if (attached != XDP_ATTACHED_NONE) {
		printf("%s has an XDP program\n", ifname);
		something = true;
	}
	return something;
}

static pid_t pid_of(const char *text)
{
	int pid = atoi(text);

	if (pid <= 1)
		error(2, 0, "not a process: %s", text);
	return pid;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "mounts") && argc == 3) {
		bpffs = argv[2];
		mounts();
	} else if (!strcmp(what, "left") && argc == 4) {
		bpffs = argv[2];
		return left(argv[3]);
	} else if (!strcmp(what, "up") && argc == 2) {
		up();
	} else if (!strcmp(what, "addresses") && argc == 3) {
		addresses(pid_of(argv[2]));
	} else if (!strcmp(what, "tagged") && argc == 4) {
		tagged(argv[2], argv[3]);
	} else if (!strcmp(what, "down") && argc <= 3) {
		change_link("tap0", RTM_DELLINK, 0); /* a test may have removed it */
		if (argc == 3)
			kill(pid_of(argv[2]), SIGTERM);
	} else {
		error(2, 0,
		      "usage: network mounts BPFFS | up | addresses PID | tagged IFACE TPID | down [PID] | left BPFFS IFACE");
	}
	return 0;
}
