// SPDX-License-Identifier: BSD-2-Clause
/* Namespaces and veth pairs; main() enters, sections make interfaces. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include <linux/if_link.h>
#include <bpf/libbpf.h>

#include "tests/bench/bench.h"
#include "tests/bench/process.h"
#include "tests/bench/sandbox.h"

int sandbox_enter(void)
{
	const char *const lo[] = { "ip", "link", "set", "lo", "up", NULL };

	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		return bench_fail(-errno, "no namespaces of our own");
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return bench_fail(-errno, "cannot make the mounts private");
	if (mount("bpf", "/sys/fs/bpf", "bpf", 0, "mode=0700"))
		return bench_fail(-errno, "cannot mount a BPF filesystem at /sys/fs/bpf");
	return process_run(lo);
}

static void no_ipv6(const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* a kernel without IPv6 */
	if (write(fd, "1", 1) != 1)
		bench_fail(-errno, "%s", path);
	close(fd);
}

int sandbox_veth(const char *name, const char *peer)
{
	const char *const argv[] = { "ip",   "link", "add",  "name", name, "type",
				     "veth", "peer", "name", peer,   NULL };
	int err = process_run(argv);

	if (err)
		return err;
	no_ipv6(name);
	no_ipv6(peer);
	return 0;
}

int sandbox_up(const char *name)
{
	const char *const argv[] = { "ip", "link", "set", "dev", name, "up", NULL };

	return process_run(argv);
}

int sandbox_veth_delete(const char *name)
{
	const char *const argv[] = { "ip", "link", "del", "dev", name, NULL };

	return process_run(argv);
}

int sandbox_attach(const char *name, int prog_fd)
{
	int ifindex = (int)if_nametoindex(name);
	int err = bpf_xdp_attach(ifindex, prog_fd, XDP_FLAGS_DRV_MODE, NULL);

	return err ? bench_fail(err, "%s: cannot attach a program", name) : 0;
}
