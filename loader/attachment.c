// SPDX-License-Identifier: BSD-2-Clause
/* Loads the program and attaches it through libxdp; used by attach.c. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <linux/if_link.h>

#include "loader/attachment.h"
#include "loader/chain.h"
#include "loader/rings.h"
#include "loader/trace_link.h"
#include "pin/cli/diag.h"
#include "pin/prog.h"
#include "pin/tap.h"

void attachment_close(struct attachment *a)
{
	xdp_program__close(a->prog);
	tracers_close(&a->tracers);
	program_close(&a->program);
	*a = (struct attachment){ 0 };
}

/*
 * Finds out whether libxdp could use its dispatcher: a program in one is of type EXT. Returns 0 or
 * -errno.
 */
static int find_out_kind(struct attachment *a)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(xdp_program__fd(a->prog), &info, &len))
		return -errno;
	a->prog_id = info.id;
	a->dispatcher = info.type == BPF_PROG_TYPE_EXT;
	return 0;
}

/*
 * Detaches it from where it is alone. libxdp looks programs up by id, which requires CAP_SYS_ADMIN;
 * attaching without a dispatcher did not. Returns 0 or -errno, -EEXIST or -EINVAL if it is not
 * there.
 */
static int detach_single(__u32 ifindex, enum xdptap_mode mode, int prog_fd)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = prog_fd);

	return bpf_xdp_detach((int)ifindex,
			      XDP_FLAGS_REPLACE |
				      (mode == XDPTAP_MODE_GENERIC   ? XDP_FLAGS_SKB_MODE
				       : mode == XDPTAP_MODE_OFFLOAD ? XDP_FLAGS_HW_MODE
								     : XDP_FLAGS_DRV_MODE),
			      &opts);
}

/* Detaches it from a dispatcher. Returns 0 or -errno. */
static int detach_member(__u32 ifindex, const struct attachment *a)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	int err;

	err = chain_get(ifindex, &mp);
	if (err || !mp)
		return err;
	while ((prog = chain_next(mp, prog)) && xdp_program__id(prog) != a->prog_id)
		;
	err = prog ? chain_detach(mp, prog, ifindex) : chain_is_unreadable(mp) ? -ENODATA : 0;
	xdp_multiprog__close(mp);
	return err;
}

/* Whether the only program of the interface is ours: 1, 0 or -errno. */
static int is_there(__u32 ifindex, int prog_fd)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	__u32 id;
	int err;

	err = prog_get_id(prog_fd, &id);
	if (!err)
		err = bpf_xdp_query((int)ifindex, 0, &query);
	if (err)
		return err;
	return id == query.drv_prog_id || id == query.skb_prog_id || id == query.hw_prog_id;
}

int attachment_undo(const struct attach_request *rq, enum xdptap_mode mode,
		    const struct attachment *a)
{
	__u32 ifindex = rq->link.ifindex;
	int err, fd;

	if (rq->trace) {
		err = trace_link_remove(&rq->name, 0);
		err = err < 0 ? err : 0;
	} else if (a->dispatcher) {
		err = detach_member(ifindex, a);
	} else {
		fd = xdp_program__fd(a->prog);
		err = detach_single(ifindex, mode, fd);
		if (err && !is_there(ifindex, fd))
			err = 0;
	}
	if (err) {
		diag_error("%s: can't detach the program (id %u) again: %s", rq->name.ifname,
			   a->prog_id, strerror(-err));
		diag_hint("run 'xdptap-loader detach dev %s' as root to remove it",
			  rq->name.ifname);
	}
	return err;
}

/* Makes libbpf pin the map under this name as soon as it has created it. */
static int pin_when_loaded(const struct tap_name *name, struct bpf_map *map, const char *pin)
{
	char path[PATH_MAX];
	int err;

	err = tap_name_path(path, name, pin);
	return err ? err : bpf_map__set_pin_path(map, path);
}

/* Prepares the map of flows and the map that counts deleted flows, or omits both. */
static int prepare_flows(const struct attach_request *rq, struct program *p)
{
	int err;

	*p->constants.flows = rq->flows;
	if (!rq->flows) {
		err = bpf_map__set_autocreate(p->maps.flow_map, false);
		return err ? err : bpf_map__set_autocreate(p->maps.flow_flushed, false);
	}
	err = bpf_map__set_max_entries(p->maps.flow_map, rq->flows);
	if (!err)
		err = pin_when_loaded(&rq->name, p->maps.flow_map, XDPTAP_MAP_FLOWS);
	if (!err)
		err = pin_when_loaded(&rq->name, p->maps.flow_flushed, XDPTAP_MAP_FLUSHED);
	return err;
}

/* Configures the object, which is not loaded yet, and creates its rings. */
static int prepare(const struct attach_request *rq, struct program *p)
{
	const struct {
		struct bpf_map *map;
		const char *pin;
	} maps[] = {
		{ p->maps.stats_map, XDPTAP_MAP_STATS },   { p->maps.control, XDPTAP_MAP_CONTROL },
		{ p->maps.settings, XDPTAP_MAP_SETTINGS }, { p->maps.decided, XDPTAP_MAP_DECIDED },
		{ p->maps.doorbell, XDPTAP_MAP_DOORBELL }, { p->maps.wakeup, XDPTAP_MAP_WAKEUP },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]) && !err; i++)
		err = pin_when_loaded(&rq->name, maps[i].map, maps[i].pin);
	if (!err)
		err = prepare_flows(rq, p);
	if (err)
		return err;
	*p->constants.rings = rq->rings;
	*p->constants.wakeup_look_mask =
		rings_look_every(rq->rings, rq->ring_bytes, rq->cpus, rq->settings.snaplen) - 1;
	return rings_create(&rq->name, rq->rings, rq->ring_bytes, p);
}

/* Opens the program, and prepares it. Returns 0, or -errno; attachment_close() is legal after both.
 */
static int open_prepared(const struct attach_request *rq, struct attachment *a)
{
	struct reason reason;
	int err;

	err = program_open(&a->program, &rq->settings, rq->trace ? &rq->traced : NULL, 0, 0,
			   &reason);
	if (err && diag_debug())
		diag_note("%s", reason.text);
	return err ? err : prepare(rq, &a->program);
}

static bool is_loaded(const struct attachment *a)
{
	return a->program.prog && bpf_program__fd(a->program.prog) >= 0;
}

int attachment_try(const struct attach_request *rq, enum xdptap_mode mode,
		   struct attachment *result)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .prog_name = XDPTAP_PROG_NAME);
	struct attachment a = { 0 };
	bool loaded;
	int err, left = 0;

	*result = a;
	err = open_prepared(rq, &a);
	if (err)
		goto fail;

	opts.obj = a.program.obj;
	a.prog = xdp_program__create(&opts);
	if (!a.prog) {
		err = -errno;
		goto fail;
	}
	/* libbpf 1.1 learns of frags support from SEC("xdp.frags") only when it loads the
	 * object. That is too late for libxdp, which would take frags away from the whole
	 * chain. */
	err = xdp_program__set_xdp_frags_support(a.prog, true);
	if (!err)
		err = xdp_program__set_run_prio(a.prog, rq->prio);
	if (!err)
		err = chain_attach(a.prog, rq->link.ifindex, (enum xdp_attach_mode)mode, &left);
	if (err)
		goto fail;
	err = find_out_kind(&a);
	if (err) {
		/* It is one of both, so only one of these finds it. */
		left = detach_single(rq->link.ifindex, mode, xdp_program__fd(a.prog));
		if (left)
			left = xdp_program__detach(a.prog, (int)rq->link.ifindex,
						   (enum xdp_attach_mode)mode, 0);
		goto fail;
	}
	a.loaded = true;
	*result = a;
	return 0;

fail:
	loaded = is_loaded(&a);
	attachment_close(&a);
	*result = (struct attachment){ .loaded = loaded, .left = left };
	return err;
}

int attachment_trace(const struct attach_request *rq, struct attachment *result)
{
	struct attachment a = { 0 };
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	struct reason reason;
	int err, left = 0;
	bool loaded;

	err = open_prepared(rq, &a);
	if (!err)
		err = bpf_object__load(a.program.obj);
	if (!err && bpf_obj_get_info_by_fd(bpf_program__fd(a.program.prog), &info, &len))
		err = -errno;
	if (!err)
		err = tracers_load(&a.tracers, &a.program, &rq->settings, &rq->traced, 0, &reason);
	if (!err) {
		err = tracers_attach(&a.tracers, &a.program, &rq->name, &rq->traced, 0);
		if (err)
			left = trace_link_remove(&rq->name, 0);
	}
	if (err) {
		loaded = is_loaded(&a);
		attachment_close(&a);
		*result = (struct attachment){ .loaded = loaded, .left = left < 0 ? left : 0 };
		return err;
	}
	a.prog_id = info.id;
	a.dispatcher = rq->traced.dispatcher;
	a.loaded = true;
	*result = a;
	return 0;
}
