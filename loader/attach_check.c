// SPDX-License-Identifier: BSD-2-Clause
/* Checks that precede attaching: is there another tap, another program, enough memory? */
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <xdp/libxdp.h>

#include "loader/attach_check.h"
#include "loader/chain.h"
#include "loader/state.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/cli/tap_error.h"
#include "pin/tap_find.h"
#include "reader/text/time.h"

void attach_check_say_occupied(const struct tap_name *name)
{
	char since[TIME_TEXT_MAX], pinned[IF_NAMESIZE];
	struct reason reason = { 0 };
	enum tap_state state;
	struct tap tap;
	int err;

	err = tap_find(name->bpffs, name->ifname, pinned, &reason);
	if (err) {
		tap_error_open(name->ifname, err, &reason);
		return;
	}
	err = state_get(name, &state, &tap, &reason);
	if (!err && state == TAP_STATE_IN_PROGRESS)
		state = TAP_STATE_HALF_MADE; /* the lock that was seen is our own */
	if (err) {
		diag_error("%s: a tap exists already: %s", name->ifname, reason.text);
		return;
	}
	if (state == TAP_STATE_OTHER_NETNS) {
		diag_error("%s: an interface of this name is tapped in another network namespace",
			   name->ifname);
		diag_hint("each network namespace needs a BPF filesystem of its own; see --bpffs");
	} else if (state == TAP_STATE_ATTACHED) {
		diag_error("%s: already tapped, by program id %u since %s", name->ifname,
			   tap.in_force.prog_id, time_rfc3339(since, tap.meta.attached_ns));
		diag_hint("read it with 'xdptap-reader %s'; to attach it again, detach it first",
			  name->ifname);
	} else {
		diag_error("%s: an old tap is still pinned; its state is '%s'", name->ifname,
			   tap_state_name(state));
		if (state == TAP_STATE_TRACED_GONE)
			diag_hint(
				"'xdptap-loader set dev %s trace' follows the program that is there now",
				name->ifname);
		else
			diag_hint("remove it with 'xdptap-loader detach dev %s', then attach again",
				  name->ifname);
	}
	tap_close(&tap);
}

/* Returns the memory that the kernel could give without swapping, in KiB; 0 if unknown. */
static unsigned long long available_kib(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f) && sscanf(line, "MemAvailable: %llu", &kib) != 1)
		;
	if (f)
		fclose(f);
	return kib;
}

int attach_check_memory(const struct attach_request *rq)
{
	/*
	 * An element and its place in the hash take 112 bytes, each CPU takes a value, and
	 * the kernel's bookkeeping of those takes about 60, as measured.
	 */
	unsigned long long needed = rq->flows * (176 + sizeof(struct flow_stats) * rq->cpus);
	unsigned long long available = available_kib();

	if (!available || needed >> 10 <= available)
		return 0;
	diag_error("%s: flows %u needs %llu MiB of memory, but %llu are available", rq->name.ifname,
		   rq->flows, needed >> 20, available >> 10);
	diag_hint("use fewer flows; the memory is proportional to them");
	return -ENOMEM;
}

int attach_check_link_type(const char *ifname, unsigned short *type)
{
	struct ifreq request = { 0 };
	int fd, err = 0;

	strncpy(request.ifr_name, ifname, sizeof(request.ifr_name) - 1);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request))
		err = -errno;
	if (fd >= 0)
		close(fd);
	if (err)
		return err;
	*type = request.ifr_hwaddr.sa_family;
	return *type == ARPHRD_ETHER || *type == ARPHRD_LOOPBACK ? 0 : -EPFNOSUPPORT;
}

/* Returns 0, or -errno after saying why. */
static int check_ethernet(const char *ifname)
{
	unsigned short type = 0;
	int err = attach_check_link_type(ifname, &type);

	if (!err)
		return 0;
	if (err != -EPFNOSUPPORT) {
		diag_error("%s: can't find out its link type: %s", ifname, strerror(-err));
		return err;
	}
	diag_error("%s: its frames are not Ethernet (link type %u)", ifname, type);
	diag_hint("tap the Ethernet interface that carries its packets");
	return -EPFNOSUPPORT;
}

/*
 * Whether the interface has a tap from before it was renamed. Returns 0 if not; else -errno, after
 * saying so.
 */
static int check_renamed(const struct attach_request *rq)
{
	char pinned[IF_NAMESIZE];
	struct reason reason;
	int found = tap_find_interface(rq->name.bpffs, rq->link.ifindex, pinned, &reason);

	if (!found)
		return 0;
	if (found < 0) {
		diag_error("%s: %s", rq->name.ifname, reason.text);
		return found;
	}
	diag_error("%s: already tapped, under its former name %s", rq->name.ifname, pinned);
	diag_hint("all commands find that tap by both names; to attach it again, detach it first");
	return -EBUSY;
}

int attach_check_traceable(const struct attach_request *rq)
{
	int err = check_ethernet(rq->name.ifname);

	return err ? err : check_renamed(rq);
}

int attach_check_interface(const struct attach_request *rq, enum xdptap_mode *mode)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	enum xdptap_mode there;
	int err;

	err = check_ethernet(rq->name.ifname);
	if (err)
		return err;
	err = chain_get(rq->link.ifindex, &mp);
	if (err) {
		diag_error("%s: can't list its XDP programs: %s", rq->name.ifname, strerror(-err));
		if (err == -EPERM || err == -EACCES)
			capability_hint(CAPABILITY_LOOK);
		else
			diag_hint("'--debug' shows the messages of libbpf and libxdp");
		return err;
	}
	if (!mp)
		return 0;

	err = -EBUSY;
	while ((prog = chain_next(mp, prog))) {
		if (!strncmp(xdp_program__name(prog), XDPTAP_PROG_NAME, 15)) {
			if (check_renamed(rq))
				goto out;
			diag_error(
				"%s: a program %s (id %u) is attached already, but not pinned in this BPF filesystem",
				rq->name.ifname, xdp_program__name(prog), xdp_program__id(prog));
			diag_hint(
				"if it was attached with another --bpffs, detach it there; otherwise 'xdp-loader unload %s --id %u' removes it",
				rq->name.ifname, xdp_program__id(prog));
			goto out;
		}
	}
	prog = xdp_multiprog__main_prog(mp);
	there = (enum xdptap_mode)xdp_multiprog__attach_mode(mp);
	if (chain_is_unreadable(mp)) {
		diag_error("%s: there is a dispatcher (id %u), but its pins can't be read",
			   rq->name.ifname, xdp_program__id(prog));
		diag_hint(
			"use the BPF filesystem (--bpffs, LIBXDP_BPFFS), mount namespace and libxdp version that made it; 'ip link set dev %s %s off' removes it and its programs",
			rq->name.ifname, there == XDPTAP_MODE_GENERIC ? "xdpgeneric" : "xdp");
		goto out;
	}
	if (prog && xdp_multiprog__is_legacy(mp)) {
		diag_error("%s: the XDP program %s (id %u) is attached without a dispatcher",
			   rq->name.ifname, xdp_program__name(prog), xdp_program__id(prog));
		diag_hint(
			"'attach dev %s trace' taps at its entry; to run beside it, attach it through libxdp's dispatcher, such as with xdp-loader",
			rq->name.ifname);
		goto out;
	}
	if (prog && *mode != XDPTAP_MODE_AUTO && *mode != XDPTAP_MODE_OFFLOAD && *mode != there) {
		diag_error(
			"%s: there is a dispatcher in %s mode, which excludes a program in %s mode",
			rq->name.ifname, tap_mode_name(there), tap_mode_name(*mode));
		diag_hint("omit 'mode' to join it");
		goto out;
	}
	if (prog && *mode == XDPTAP_MODE_AUTO)
		*mode = there;
	err = 0;
out:
	xdp_multiprog__close(mp);
	return err;
}
