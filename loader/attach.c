// SPDX-License-Identifier: BSD-2-Clause
/*
 * `xdptap-loader attach`. It creates things in this order, so that whatever stops it can be
 * found and undone: directory, lock, rings, the other pins (libbpf creates them while it
 * loads the object), program, verdicts of others, meta, promiscuous mode. Signals are blocked until
 * it is done.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <xdp/libxdp.h>

#include "loader/attach_arguments.h"
#include "loader/attach_check.h"
#include "loader/attach_program.h"
#include "loader/attach_traced.h"
#include "loader/attachment.h"
#include "loader/commands.h"
#include "loader/dir.h"
#include "loader/group.h"
#include "loader/promisc.h"
#include "loader/vlan_offload.h"
#include "pin/bpffs.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/now.h"
#include "pin/permission.h"
#include "pin/tap.h"
#include "reader/text/size.h"

/* Writes the settings of generation 0. */
static int write_settings(const struct attach_request *rq, const struct attachment *a)
{
	struct tap_settings *record = malloc(sizeof(*record));
	__u32 zero = 0;
	int err;

	if (!record)
		return -ENOMEM;
	program_record(record, &rq->settings, rq->trace ? &rq->traced : NULL, 0, a->prog_id);
	err = bpf_map_update_elem(bpf_map__fd(a->program.maps.settings), &zero, record, BPF_ANY)
		      ? -errno
		      : 0;
	free(record);
	return err;
}

/*
 * Once meta is pinned, the tap exists. It says already that attach turns promiscuous mode on, so
 * that detach turns it off wherever attach is killed.
 */
static int pin_meta(const struct attach_request *rq, int dir_fd, enum xdptap_mode mode,
		    const struct attachment *a, bool begin_promisc)
{
	struct tap_meta meta = {
		.abi_version = XDPTAP_ABI_VERSION,
		.event_bytes = sizeof(struct packet_event),
		.ifindex = rq->link.ifindex,
		.netns_ino = tap_netns_ino(),
		.mode = mode,
		.dispatcher = a->dispatcher,
		.prio = rq->trace ? 0 : rq->prio,
		.trace = rq->trace,
		.verdicts = rq->verdicts,
		.at_exit = rq->at_exit,
		.errors = rq->errors,
		.clock = CLOCK_TAI,
		.rings = rq->rings,
		.ring_bytes = rq->ring_bytes,
		.flows = rq->flows,
		.promisc = begin_promisc,
	};
	int fd = bpf_map__fd(a->program.maps.meta);
	char path[PATH_MAX];
	__u32 zero = 0;
	int err;

	snprintf(meta.ifname, sizeof(meta.ifname), "%s", rq->name.ifname);
	for (unsigned int action = XDP_ABORTED; a->prog && action <= XDP_REDIRECT; action++)
		if (xdp_program__chain_call_enabled(a->prog, (enum xdp_action)action))
			meta.chain_actions |= 1u << action;
	meta.attached_ns = now_ns(CLOCK_REALTIME);

	err = tap_name_path(path, &rq->name, rq->group ? DIR_NEW_META : XDPTAP_MAP_META);
	if (err)
		return err;
	if (bpf_map_update_elem(fd, &zero, &meta, BPF_ANY) || bpf_obj_pin(fd, path))
		return -errno;
	return rq->group ? group_give_meta(dir_fd, rq->gid) : 0;
}

/* Gives all that is pinned so far to the group, if there is to be one. */
static int give_to_group(const struct attach_request *rq, int dir_fd)
{
	char group[PERMISSION_NAME_MAX];
	int err;

	err = rq->group ? group_give(dir_fd, rq->gid) : 0;
	if (!err)
		return 0;
	diag_error("%s: can't give the tap to the group %s: %s", rq->name.ifname,
		   permission_group_name(group, rq->gid), strerror(-err));
	if (err == -EPERM || err == -EACCES)
		capability_hint(CAPABILITY_CHOWN);
	return err;
}

/*
 * Pins meta, opens the tap as readers will, and turns promiscuous mode on if told to. If the kernel
 * refuses the object's BTF, libbpf goes on without it, and then meta can't be opened as a file.
 */
static int publish(const struct attach_request *rq, int dir_fd, enum xdptap_mode mode,
		   const struct attachment *a, bool begin_promisc)
{
	struct reason reason;
	struct tap tap = TAP_CLOSED;
	int err;

	err = give_to_group(rq, dir_fd);
	if (err)
		return err;
	err = write_settings(rq, a);
	if (!err)
		err = pin_meta(rq, dir_fd, mode, a, begin_promisc);
	if (err) {
		diag_error("%s: can't write its settings or pin the meta record: %s",
			   rq->name.ifname, strerror(-err));
		diag_hint("'--debug' shows the messages of libbpf and libxdp");
		return err;
	}
	err = tap_open(&rq->name, TAP_RINGS | TAP_FLOWS, &tap, &reason);
	if (err) {
		diag_error("%s: the new tap can't be used: %s", rq->name.ifname, reason.text);
		diag_hint("'--debug' shows the messages of libbpf and libxdp");
	}
	tap_close(&tap);
	if (!err && begin_promisc)
		err = promisc_begin(rq->name.ifname, rq->link.ifindex);
	return err;
}

static void say_alone(const char *ifname)
{
	diag_note(
		"%s: libxdp could not use its dispatcher, so no other XDP program can be attached beside this one",
		ifname);
	if (capability_has(CAPABILITY_LOOK))
		diag_hint("'xdptap-loader features' shows what is missing");
	else
		capability_hint(CAPABILITY_LOOK);
}

static void say_attached(const struct attach_request *rq, enum xdptap_mode mode,
			 const struct attachment *a, bool begin_promisc)
{
	char each[SIZE_TEXT_MAX], rings[SIZE_TEXT_MAX + 32], snaplen[32] = "", flows[32] = "";
	char how[64 + TRACED_TEXT_MAX], traced[TRACED_TEXT_MAX], sample[32] = "";
	char group[PERMISSION_NAME_MAX];

	size_text(each, rq->ring_bytes);
	if (rq->rings == 1)
		snprintf(rings, sizeof(rings), "ring %s", each);
	else
		snprintf(rings, sizeof(rings), "%u rings of %s", rq->rings, each);
	if (rq->settings.snaplen)
		snprintf(snaplen, sizeof(snaplen), ", snaplen %u", rq->settings.snaplen);
	if (rq->settings.sample > 1)
		snprintf(sample, sizeof(sample), ", sample %u", rq->settings.sample);
	if (rq->flows)
		snprintf(flows, sizeof(flows), ", flows %u", rq->flows);
	if (rq->trace)
		snprintf(how, sizeof(how), "tracing %s%s", rq->at_exit ? "the exit of " : "",
			 traced_text(traced, &rq->traced));
	else if (a->dispatcher)
		snprintf(how, sizeof(how), "in a dispatcher with prio %u", rq->prio);
	else
		snprintf(how, sizeof(how), "as the only XDP program");
	diag_note("%s: attached in %s mode, %s; program id %u, %s%s%s%s%s%s%s%s%s", rq->name.ifname,
		  tap_mode_name(mode), how, a->prog_id, rings, snaplen, sample, flows,
		  begin_promisc ? ", promisc" : "", rq->group ? ", group " : "",
		  rq->group ? permission_group_name(group, rq->gid) : "",
		  *rq->settings.filter ? ", filter " : "", rq->settings.filter);
	if (rq->promisc && !begin_promisc)
		diag_note("%s: promiscuous mode was on already, so detach leaves it on",
			  rq->name.ifname);
	/* Afterwards, since a driver may change its features when a program comes. */
	vlan_offload_note(rq->name.ifname);
	if (!rq->trace && !a->dispatcher && mode != XDPTAP_MODE_OFFLOAD)
		say_alone(rq->name.ifname);
	if (rq->verdicts)
		attach_traced_say(rq);
	if (rq->group)
		group_say_unreachable(&rq->name, rq->gid);
}

static void say_left(const struct attach_request *rq, int err)
{
	diag_error("%s: can't find out whether the program is attached all the same: %s",
		   rq->name.ifname, strerror(-err));
	diag_hint("run 'xdptap-loader detach dev %s' as root to remove it", rq->name.ifname);
}

/*
 * Attaches; the directory is locked and empty. Returns 0, or -errno after saying why. Then
 * *attached tells whether a program is still attached, so that its pins must stay.
 */
static int attach_locked(struct attach_request *rq, int dir_fd, bool *attached)
{
	enum xdptap_mode mode = rq->mode;
	bool was_promisc = false, begin_promisc;
	struct attachment a = { 0 };
	int err;

	*attached = false;
	err = attach_check_memory(rq);
	if (!err)
		err = rq->trace ? attach_check_traceable(rq) : attach_check_interface(rq, &mode);
	if (!err && rq->promisc) {
		err = promisc_get(rq->link.ifindex, &was_promisc);
		if (err)
			diag_error("%s: can't find out whether promiscuous mode is on: %s",
				   rq->name.ifname, strerror(-err));
	}
	if (err)
		return err;
	begin_promisc = rq->promisc && !was_promisc;
	err = rq->trace ? attach_program_trace(rq, &mode, &a)
			: attach_program(rq, dir_fd, &mode, &a);
	if (err) {
		if (a.left)
			say_left(rq, a.left);
		*attached = a.left;
		return err;
	}

	if (rq->require_dispatcher && !a.dispatcher) {
		err = -EOPNOTSUPP;
		diag_error(
			"%s: libxdp could not use its dispatcher, which require-dispatcher requires",
			rq->name.ifname);
		if (capability_has(CAPABILITY_LOOK))
			diag_hint(
				"a dispatcher needs a kernel with BTF that allows freplace; 'xdptap-loader features' shows what is missing");
		else
			capability_hint(CAPABILITY_LOOK);
	} else {
		err = rq->verdicts && !rq->trace ? attach_traced_count_others(rq, &a) : 0;
		if (!err)
			err = publish(rq, dir_fd, mode, &a, begin_promisc);
	}
	if (err)
		*attached = attachment_undo(rq, mode, &a) != 0;
	else
		say_attached(rq, mode, &a, begin_promisc);
	attachment_close(&a);
	return err;
}

static int prepare_bpffs(const char *bpffs, bool for_all)
{
	int err = bpffs_find(bpffs);

	if (err && err != -ENOENT) {
		diag_error("can't find out whether %s is a BPF filesystem: %s", bpffs,
			   strerror(-err));
		return err;
	}
	if (err) {
		err = bpffs_mount(bpffs, for_all);
		if (err) {
			diag_error("can't mount a BPF filesystem at %s: %s", bpffs, strerror(-err));
			if (err == -EPERM || err == -EACCES)
				capability_hint(err == -EPERM ? CAPABILITY_SYS_ADMIN
							      : CAPABILITY_DAC_OVERRIDE);
			else if (err == -ENOENT)
				diag_hint(
					"mount sysfs at /sys, or name an existing directory with --bpffs");
			else if (err == -ENOTEMPTY)
				diag_hint(
					"a mount would hide the files in it; name an empty directory with --bpffs");
			return err;
		}
		diag_note("mounted a BPF filesystem at %s", bpffs);
	}
	return 0;
}

/* After a failure: removes what was pinned. */
static void remove_again(const struct attach_request *rq, int dir_fd)
{
	int err = dir_remove(&rq->name, dir_fd);

	if (!err)
		return;
	diag_error("%s: can't remove its pins again: %s", rq->name.ifname, strerror(-err));
	diag_hint("run 'xdptap-loader detach dev %s' to remove them", rq->name.ifname);
}

/* Attaches as the arguments say. Returns the exit status. */
static int attach(const char *bpffs, struct attach_request *rq)
{
	static const int faults[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP };
	char entry[NAME_MAX + 1];
	struct reason reason;
	sigset_t signals;
	bool attached;
	int fd, err;

	if (tap_know_netns(&reason)) {
		diag_error("%s: %s", rq->name.ifname, reason.text);
		return EXIT_FAILED;
	}
	if (prepare_bpffs(bpffs, rq->group))
		return EXIT_FAILED;

	/* So only SIGKILL, or a fault of ours, can leave a half-made tap. */
	sigfillset(&signals);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&signals, faults[i]);
	sigprocmask(SIG_BLOCK, &signals, NULL);

	fd = dir_lock(&rq->name, true);
	if (fd < 0)
		return EXIT_FAILED;
	/* What can't be looked at may be a tap: it stays. */
	err = dir_entry(fd, entry);
	if (err) {
		if (err > 0)
			attach_check_say_occupied(&rq->name);
		else
			diag_error("%s: can't list its directory in %s: %s", rq->name.ifname, bpffs,
				   strerror(-err));
		dir_discard(&rq->name, fd);
		close(fd);
		return EXIT_FAILED;
	}
	err = attach_locked(rq, fd, &attached);
	if (err && !attached)
		remove_again(rq, fd);
	close(fd);
	return err ? EXIT_FAILED : EXIT_OK;
}

int cmd_attach(const struct options *o, int argc, char **argv)
{
	struct attach_request rq;
	int status;

	status = attach_arguments_parse(o->bpffs, argc, argv, &rq);
	if (status == EXIT_OK)
		status = attach(o->bpffs, &rq);
	attach_arguments_free(&rq);
	return status;
}
