// SPDX-License-Identifier: BSD-2-Clause
/*
 * `xdptap-loader attach`. In this order, so that whatever stops it can be
 * found and undone: directory, lock, rings, the other pins (libbpf makes them as
 * it loads), program, meta. Signals wait until it is done.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <xdp/libxdp.h>

#include "bpf/capture.skel.h"
#include "loader/attach_arguments.h"
#include "loader/attach_check.h"
#include "loader/chain.h"
#include "loader/commands.h"
#include "loader/dir.h"
#include "loader/log.h"
#include "loader/rings.h"
#include "pin/bpffs.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/now.h"
#include "pin/tap.h"
#include "reader/text/size.h"

/* What one try at attaching made, until it is given to the kernel for good. */
struct attachment {
	struct capture_bpf *skel;
	struct xdp_program *prog;
	__u32 prog_id;
	bool dispatcher;
};

static void attachment_close(struct attachment *a)
{
	xdp_program__close(a->prog);
	capture_bpf__destroy(a->skel);
	*a = (struct attachment){ 0 };
}

/* Whether libxdp could use its dispatcher: a program in one is an EXT program. */
static void find_out_kind(struct attachment *a)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	/* Our own fd: only a fault of ours could make this fail. */
	bpf_obj_get_info_by_fd(xdp_program__fd(a->prog), &info, &len);
	a->prog_id = info.id;
	a->dispatcher = info.type == BPF_PROG_TYPE_EXT;
}

/* Takes off again what try_mode() attached. Returns 0, or -errno after saying so. */
static int detach_again(const struct attach_request *rq, enum xdptap_mode mode,
			const struct attachment *a)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = xdp_program__fd(a->prog));
	int err;

	/* libxdp looks programs up by id, which wants CAP_SYS_ADMIN; to get here
	 * without a dispatcher did not. */
	if (a->dispatcher)
		err = xdp_program__detach(a->prog, (int)rq->ifindex, (enum xdp_attach_mode)mode, 0);
	else
		err = bpf_xdp_detach((int)rq->ifindex,
				     XDP_FLAGS_REPLACE |
					     (mode == XDPTAP_MODE_GENERIC   ? XDP_FLAGS_SKB_MODE
					      : mode == XDPTAP_MODE_OFFLOAD ? XDP_FLAGS_HW_MODE
									    : XDP_FLAGS_DRV_MODE),
				     &opts);
	if (err) {
		diag_error("%s: can't take the program (id %u) off again: %s", rq->name.ifname,
			   a->prog_id, strerror(-err));
		diag_hint("'xdptap-loader detach dev %s', as root, removes it", rq->name.ifname);
	}
	return err;
}

/* Has libbpf pin the map under this name once it has made it. */
static int pin_when_loaded(const struct tap_name *name, struct bpf_map *map, const char *pin)
{
	char path[PATH_MAX];
	int err;

	err = tap_name_path(path, name, pin);
	return err ? err : bpf_map__set_pin_path(map, path);
}

/* The map of flows, and that of how many were deleted; or neither. */
static int prepare_flows(const struct attach_request *rq, struct capture_bpf *skel)
{
	int err;

	skel->rodata->flows = rq->flows;
	if (!rq->flows) {
		err = bpf_map__set_autocreate(skel->maps.flow_map, false);
		return err ? err : bpf_map__set_autocreate(skel->maps.flow_flushed, false);
	}
	err = bpf_map__set_max_entries(skel->maps.flow_map, rq->flows);
	if (!err)
		err = pin_when_loaded(&rq->name, skel->maps.flow_map, XDPTAP_MAP_FLOWS);
	if (!err)
		err = pin_when_loaded(&rq->name, skel->maps.flow_flushed, XDPTAP_MAP_FLUSHED);
	return err;
}

/* Says what the object, not yet loaded, is to be, and makes its rings. */
static int prepare(const struct attach_request *rq, struct capture_bpf *skel)
{
	const struct {
		struct bpf_map *map;
		const char *pin;
	} maps[] = {
		{ skel->maps.stats_map, XDPTAP_MAP_STATS },
		{ skel->maps.doorbell, XDPTAP_MAP_DOORBELL },
		{ skel->maps.data_wakeup, XDPTAP_MAP_WAKEUP },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]) && !err; i++)
		err = pin_when_loaded(&rq->name, maps[i].map, maps[i].pin);
	if (!err)
		err = prepare_flows(rq, skel);
	if (err)
		return err;
	skel->rodata->rings = rq->rings;
	skel->rodata->snaplen = rq->snaplen;
	skel->rodata->wakeup_look_mask =
		rings_look_every(rq->rings, rq->ring_bytes, rq->cpus, rq->snaplen) - 1;
	skel->bss->tai_clock.tai_ns = now_ns(CLOCK_TAI) - now_ns(CLOCK_MONOTONIC);
	return rings_create(&rq->name, rq->rings, rq->ring_bytes, skel);
}

/* Loads and attaches; what it pins on failure, dir_remove() finds. */
static int try_mode(const struct attach_request *rq, enum xdptap_mode mode,
		    struct attachment *result)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .prog_name = XDPTAP_PROG_NAME);
	struct attachment a = { 0 };
	int err;

	a.skel = capture_bpf__open();
	if (!a.skel)
		return -errno;
	err = prepare(rq, a.skel);
	if (err)
		goto fail;

	opts.obj = a.skel->obj;
	a.prog = xdp_program__create(&opts);
	if (!a.prog) {
		err = -errno;
		goto fail;
	}
	/* libbpf 1.1 knows it from SEC("xdp.frags") only once it loads, too late
	 * for libxdp, which would take frags from the whole chain. */
	err = xdp_program__set_xdp_frags_support(a.prog, true);
	if (!err)
		err = xdp_program__set_run_prio(a.prog, rq->prio);
	if (!err)
		err = xdp_program__attach(a.prog, (int)rq->ifindex, (enum xdp_attach_mode)mode, 0);
	if (err)
		goto fail;
	find_out_kind(&a);
	*result = a;
	return 0;

fail:
	attachment_close(&a);
	return err;
}

/* Errors with which generic mode would fail as well. */
static bool is_final(int err)
{
	return err == -EPERM || err == -EACCES || err == -E2BIG || err == -ENODEV ||
	       err == -ENOMEM || err == -ENOSPC;
}

static void say_failed(const struct attach_request *rq, enum xdptap_mode mode, int err)
{
	const char *words = log_kernel_words();

	diag_error("%s: can't attach in %s mode: %s%s%s%s", rq->name.ifname, tap_mode_name(mode),
		   words ? words : "", words ? " (" : "", strerror(-err), words ? ")" : "");
	switch (err) {
	case -EPERM:
	case -EACCES:
		diag_hint("this needs CAP_NET_ADMIN and CAP_SYS_ADMIN, or root");
		break;
	case -E2BIG:
		diag_hint("a dispatcher takes ten programs; 'xdp-loader status %s' lists them",
			  rq->name.ifname);
		break;
	case -ENOMEM:
	case -ENOSPC:
		diag_hint("%sa smaller ring needs less memory: 'ring 1M'",
			  rq->flows ? "fewer flows, or " : "");
		break;
	default:
		if (mode == XDPTAP_MODE_NATIVE && !is_final(err))
			diag_hint("'mode generic' works with any driver; '--debug' shows more");
		else if (mode == XDPTAP_MODE_OFFLOAD)
			diag_hint(
				"few devices run programs, and none has ring buffers; leave 'mode' out");
		else
			diag_hint("'--debug' shows what libbpf and libxdp say");
	}
}

/* Attaches in *mode; XDPTAP_MODE_AUTO: native or else generic, and sets it. */
static int attach_program(const struct attach_request *rq, enum xdptap_mode *mode,
			  struct attachment *a)
{
	enum xdptap_mode first = *mode == XDPTAP_MODE_AUTO ? XDPTAP_MODE_NATIVE : *mode;
	const char *words;
	int err;

	log_forget();
	err = try_mode(rq, first, a);
	if (err && *mode == XDPTAP_MODE_AUTO && !is_final(err)) {
		words = log_kernel_words();
		diag_note("%s: native mode is not to be had (%s); using generic mode",
			  rq->name.ifname, words ? words : strerror(-err));
		dir_clear(&rq->name);
		first = XDPTAP_MODE_GENERIC;
		log_forget();
		err = try_mode(rq, first, a);
	}
	if (err) {
		say_failed(rq, first, err);
		return err;
	}
	*mode = first;
	return 0;
}

/* The last step: from here on the tap is there. */
static int pin_meta(const struct attach_request *rq, enum xdptap_mode mode,
		    const struct attachment *a)
{
	struct tap_meta meta = {
		.abi_version = XDPTAP_ABI_VERSION,
		.event_bytes = sizeof(struct packet_event),
		.ifindex = rq->ifindex,
		.netns_ino = tap_netns_ino(),
		.prog_id = a->prog_id,
		.mode = mode,
		.dispatcher = a->dispatcher,
		.prio = rq->prio,
		.clock = CLOCK_TAI,
		.rings = rq->rings,
		.ring_bytes = rq->ring_bytes,
		.snaplen = rq->snaplen,
		.flows = rq->flows,
	};
	int fd = bpf_map__fd(a->skel->maps.meta);
	char path[PATH_MAX];
	__u32 zero = 0;
	int err;

	snprintf(meta.ifname, sizeof(meta.ifname), "%s", rq->name.ifname);
	for (unsigned int action = XDP_ABORTED; action <= XDP_REDIRECT; action++)
		if (xdp_program__chain_call_enabled(a->prog, (enum xdp_action)action))
			meta.chain_actions |= 1u << action;
	meta.attached_ns = now_ns(CLOCK_REALTIME);

	err = tap_name_path(path, &rq->name, XDPTAP_MAP_META);
	if (err)
		return err;
	if (bpf_map_update_elem(fd, &zero, &meta, BPF_ANY) || bpf_obj_pin(fd, path))
		return -errno;
	return 0;
}

/*
 * Pins meta, and opens the tap as the readers will: libbpf goes on without BTF
 * if the kernel refuses it, and then meta can't be opened as a file.
 */
static int publish(const struct attach_request *rq, enum xdptap_mode mode,
		   const struct attachment *a)
{
	struct reason reason;
	struct tap tap = TAP_CLOSED;
	int err;

	err = pin_meta(rq, mode, a);
	if (err) {
		diag_error("%s: can't pin the meta record: %s", rq->name.ifname, strerror(-err));
		return err;
	}
	err = tap_open(&rq->name, TAP_RINGS | TAP_FLOWS, &tap, &reason);
	if (err)
		diag_error("%s: the new tap can't be used: %s", rq->name.ifname, reason.text);
	tap_close(&tap);
	return err;
}

static void say_attached(const struct attach_request *rq, enum xdptap_mode mode,
			 const struct attachment *a)
{
	char each[SIZE_TEXT_MAX], rings[SIZE_TEXT_MAX + 32], snaplen[32] = "", flows[32] = "";
	char how[64];

	size_text(each, rq->ring_bytes);
	if (rq->rings == 1)
		snprintf(rings, sizeof(rings), "ring %s", each);
	else
		snprintf(rings, sizeof(rings), "%u rings of %s", rq->rings, each);
	if (rq->snaplen)
		snprintf(snaplen, sizeof(snaplen), ", snaplen %u", rq->snaplen);
	if (rq->flows)
		snprintf(flows, sizeof(flows), ", flows %u", rq->flows);
	if (a->dispatcher)
		snprintf(how, sizeof(how), "in a dispatcher with prio %u", rq->prio);
	else
		snprintf(how, sizeof(how), "as the only XDP program");
	diag_note("%s: attached in %s mode, %s; program id %u, %s%s%s", rq->name.ifname,
		  tap_mode_name(mode), how, a->prog_id, rings, snaplen, flows);
	if (!a->dispatcher && mode != XDPTAP_MODE_OFFLOAD)
		diag_note(
			"%s: libxdp could not use its dispatcher ('--debug' shows why), so no other program can be loaded beside this one",
			rq->name.ifname);
}

/*
 * With the directory locked and empty. Returns 0 or -errno, after saying why;
 * *attached tells if there is a program then that has to be found again.
 */
static int attach_locked(const struct attach_request *rq, bool *attached)
{
	enum xdptap_mode mode = rq->mode;
	struct attachment a;
	int err;

	*attached = false;
	err = attach_check_memory(rq);
	if (!err)
		err = attach_check_interface(rq, &mode);
	if (err)
		return err;
	err = attach_program(rq, &mode, &a);
	if (err)
		return err;

	if (rq->require_dispatcher && !a.dispatcher) {
		err = -EOPNOTSUPP;
		diag_error(
			"%s: libxdp could not use its dispatcher, which require-dispatcher asks for",
			rq->name.ifname);
		diag_hint(
			"'--debug' shows why; a dispatcher needs a kernel that allows freplace, with BTF, and CAP_SYS_ADMIN");
	} else {
		err = publish(rq, mode, &a);
	}
	if (err)
		*attached = detach_again(rq, mode, &a) != 0;
	else
		say_attached(rq, mode, &a);
	attachment_close(&a);
	return err;
}

static int prepare_bpffs(const char *bpffs)
{
	int err;

	if (!bpffs_mounted(bpffs)) {
		err = bpffs_mount(bpffs);
		if (err) {
			diag_error("can't mount a BPF filesystem at %s: %s", bpffs, strerror(-err));
			if (err == -EPERM || err == -EACCES)
				diag_hint("this needs CAP_SYS_ADMIN, or root");
			else if (err == -ENOTEMPTY)
				diag_hint(
					"a mount would hide what is in it; name an empty directory");
			return err;
		}
		diag_note("mounted a BPF filesystem at %s", bpffs);
	}
	chain_use_bpffs(bpffs);
	return 0;
}

int cmd_attach(const struct options *o, int argc, char **argv)
{
	static const int faults[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP };
	struct attach_request rq;
	int fd, err, status;
	sigset_t signals;
	bool attached;

	status = attach_arguments_parse(o->bpffs, argc, argv, &rq);
	if (status != EXIT_OK)
		return status;
	if (prepare_bpffs(o->bpffs))
		return EXIT_FAILED;

	/* Only an uncatchable signal, or a fault of ours, leaves it half-made. */
	sigfillset(&signals);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&signals, faults[i]);
	sigprocmask(SIG_BLOCK, &signals, NULL);

	fd = dir_lock(&rq.name, true);
	if (fd < 0) {
		diag_error("%s: can't make or lock its directory in %s: %s", rq.name.ifname,
			   o->bpffs, strerror(-fd));
		if (fd == -EPERM || fd == -EACCES)
			diag_hint("run as root");
		return EXIT_FAILED;
	}
	if (!dir_empty(fd)) {
		attach_say_occupied(&rq.name);
		close(fd);
		return EXIT_FAILED;
	}
	err = attach_locked(&rq, &attached);
	if (err && !attached)
		dir_remove(&rq.name);
	close(fd);
	return err ? EXIT_FAILED : EXIT_OK;
}
