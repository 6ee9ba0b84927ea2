// SPDX-License-Identifier: BSD-2-Clause
/* Loads the program and attaches it through libxdp; used by attach.c. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <linux/if_link.h>

#include "loader/attachment.h"
#include "loader/rings.h"
#include "loader/trace_link.h"
#include "pin/cli/diag.h"
#include "pin/tap.h"

void attachment_close(struct attachment *a)
{
	xdp_program__close(a->prog);
	tracers_close(&a->tracers);
	program_close(&a->program);
	*a = (struct attachment){ 0 };
}

/* Finds out whether libxdp could use its dispatcher: a program in one is of type EXT. */
static void find_out_kind(struct attachment *a)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	/* It is our own descriptor: this could fail only by a fault of ours. */
	bpf_obj_get_info_by_fd(xdp_program__fd(a->prog), &info, &len);
	a->prog_id = info.id;
	a->dispatcher = info.type == BPF_PROG_TYPE_EXT;
}

int attachment_undo(const struct attach_request *rq, enum xdptap_mode mode,
		    const struct attachment *a)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	int err;

	/* libxdp looks programs up by id, which requires CAP_SYS_ADMIN; attaching without a
	 * dispatcher did not. */
	if (rq->trace) {
		err = trace_link_remove(&rq->name, 0);
	} else if (a->dispatcher) {
		err = xdp_program__detach(a->prog, (int)rq->link.ifindex,
					  (enum xdp_attach_mode)mode, 0);
	} else {
		opts.old_prog_fd = xdp_program__fd(a->prog);
		err = bpf_xdp_detach((int)rq->link.ifindex,
				     XDP_FLAGS_REPLACE |
					     (mode == XDPTAP_MODE_GENERIC   ? XDP_FLAGS_SKB_MODE
					      : mode == XDPTAP_MODE_OFFLOAD ? XDP_FLAGS_HW_MODE
									    : XDP_FLAGS_DRV_MODE),
				     &opts);
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
	int err;

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
		err = xdp_program__attach(a.prog, (int)rq->link.ifindex, (enum xdp_attach_mode)mode,
					  0);
	if (err)
		goto fail;
	find_out_kind(&a);
	a.loaded = true;
	*result = a;
	return 0;

fail:
	loaded = is_loaded(&a);
	attachment_close(&a);
	*result = (struct attachment){ .loaded = loaded };
	return err;
}

int attachment_trace(const struct attach_request *rq, struct attachment *result)
{
	struct attachment a = { 0 };
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	struct reason reason;
	bool loaded;
	int err;

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
			trace_link_remove(&rq->name, 0);
	}
	if (err) {
		loaded = is_loaded(&a);
		attachment_close(&a);
		*result = (struct attachment){ .loaded = loaded };
		return err;
	}
	a.prog_id = info.id;
	a.dispatcher = rq->traced.dispatcher;
	a.loaded = true;
	*result = a;
	return 0;
}
