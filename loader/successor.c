// SPDX-License-Identifier: BSD-2-Clause
/* Loads and attaches the program of new settings; used by set.c. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/if_link.h>

#include "loader/chain.h"
#include "loader/refusal.h"
#include "loader/rings.h"
#include "loader/successor.h"
#include "loader/trace_link.h"

/* Makes the object use the map that is pinned under this name. Returns 0 or -errno. */
static int use_pinned(const struct tap_name *name, struct bpf_map *map, const char *pin)
{
	int fd = tap_open_pin(name, pin), err;

	if (fd < 0)
		return fd;
	err = bpf_map__reuse_fd(map, fd);
	close(fd);
	return err;
}

static int use_maps(const struct tap_name *name, const struct tap *tap, struct program *p)
{
	const struct {
		struct bpf_map *map;
		const char *pin;
		bool used;
	} maps[] = {
		{ p->maps.stats_map, XDPTAP_MAP_STATS, true },
		{ p->maps.control, XDPTAP_MAP_CONTROL, true },
		{ p->maps.settings, XDPTAP_MAP_SETTINGS, true },
		{ p->maps.decided, XDPTAP_MAP_DECIDED, true },
		{ p->maps.doorbell, XDPTAP_MAP_DOORBELL, true },
		{ p->maps.wakeup, XDPTAP_MAP_WAKEUP, true },
		{ p->maps.meta, XDPTAP_MAP_META, true },
		{ p->maps.flow_map, XDPTAP_MAP_FLOWS, tap->meta.flows },
		{ p->maps.flow_flushed, XDPTAP_MAP_FLUSHED, tap->meta.flows },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]) && !err; i++)
		err = maps[i].used ? use_pinned(name, maps[i].map, maps[i].pin)
				   : bpf_map__set_autocreate(maps[i].map, false);
	return err ? err : rings_use(tap->ring_fds, tap->meta.rings, p);
}

static int get_id(struct successor *s)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(s->fd, &info, &len))
		return -errno;
	s->prog_id = info.id;
	return 0;
}

/* The kernel has taken this program before, with other settings. */
static int refused(const struct capture_settings *settings, struct reason *why, int err)
{
	if (refusal_of_filter(err, settings))
		return reason_set(why, err, "the kernel's verifier refuses the filter: %s",
				  strerror(-err));
	if (err == -EPERM || err == -EACCES)
		return reason_set(why, err, "no permission to load the program");
	if (err == -EINVAL || err == -E2BIG || err == -ENOSPC)
		return reason_set(why, err, "the kernel's verifier refuses the program: %s",
				  strerror(-err));
	return reason_set(why, err, "can't load the program: %s", strerror(-err));
}

/* The same of a trace program, or why it can't be attached. */
static int refused_trace(const struct traced_list *traced, struct reason *why, int err)
{
	const char *hint, *words = trace_link_refusal(err, &hint);
	char text[TRACED_TEXT_MAX];

	return reason_set(why, err, "can't trace %s: %s; %s", traced_text(text, traced), words,
			  hint);
}

int successor_load(struct successor *s, const struct tap_name *name, const struct tap *tap,
		   const struct capture_settings *settings, const struct traced_list *traced,
		   __u32 generation, struct reason *why)
{
	int cpus = libbpf_num_possible_cpus(), err;
	struct program *p = &s->program;

	*s = (struct successor){ .fd = -1, .settings = settings, .traced = traced };
	if (cpus < 0)
		return reason_set(why, cpus, "can't find out the number of CPUs: %s",
				  strerror(-cpus));
	err = program_open(p, settings, traced, 0, generation, why);
	if (err)
		return err;
	*p->constants.flows = tap->meta.flows;
	*p->constants.rings = tap->meta.rings;
	*p->constants.wakeup_look_mask = rings_look_every(tap->meta.rings, tap->meta.ring_bytes,
							  (__u32)cpus, settings->snaplen) -
					 1;
	err = use_maps(name, tap, p);
	if (err)
		return reason_set(why, err, "can't use the maps of the tap: %s", strerror(-err));
	if (tap->meta.dispatcher && !traced)
		return 0;
	err = bpf_object__load(p->obj);
	if (err && traced && !trace_link_blames_filter(err, settings))
		return refused_trace(traced, why, err);
	if (err)
		return refused(s->settings, why, err);
	s->fd = bpf_program__fd(p->prog);
	err = get_id(s);
	if (err)
		return reason_set(why, err, "can't examine the program: %s", strerror(-err));
	return traced ? tracers_load(&s->tracers, p, settings, traced, generation, why) : 0;
}

int successor_attach(struct successor *s, const struct tap_name *name, const struct tap *tap,
		     __u32 generation, struct reason *why)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .prog_name = XDPTAP_PROG_NAME,
			    .obj = s->program.obj);
	int err, left = 0;

	if (s->traced) {
		err = tracers_attach(&s->tracers, &s->program, name, s->traced, generation);
		return err ? refused_trace(s->traced, why, err) : 0;
	}

	s->prog = xdp_program__create(&opts);
	if (!s->prog)
		return reason_set(why, -errno, "libxdp can't use it: %s", strerror(errno));
	err = xdp_program__set_xdp_frags_support(s->prog, true);
	if (!err)
		err = xdp_program__set_run_prio(s->prog, tap->meta.prio);
	if (!err)
		err = chain_attach(s->prog, tap->meta.ifindex, (enum xdp_attach_mode)tap->meta.mode,
				   &left);
	if (err && left)
		return reason_set(why, err,
				  "can't attach it: %s; what libxdp left can't be removed: %s",
				  strerror(-err), strerror(-left));
	if (err == -E2BIG && chain_is_full(tap->meta.ifindex))
		return reason_set(
			why, err,
			"a dispatcher runs at most ten programs, and a change needs one more for a moment");
	if (err && bpf_program__fd(s->program.prog) < 0)
		return refused(s->settings, why, err);
	if (err)
		return reason_set(why, err, "can't attach it: %s", strerror(-err));
	s->fd = xdp_program__fd(s->prog);
	err = get_id(s);
	return err ? reason_set(why, err, "can't examine the program: %s", strerror(-err)) : 0;
}

int successor_replace(struct successor *s, const struct tap *tap, __u32 old_id, struct reason *why)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	__u32 mode = tap->meta.mode == XDPTAP_MODE_GENERIC   ? XDP_FLAGS_SKB_MODE
		     : tap->meta.mode == XDPTAP_MODE_OFFLOAD ? XDP_FLAGS_HW_MODE
							     : XDP_FLAGS_DRV_MODE;
	int err;

	opts.old_prog_fd = bpf_prog_get_fd_by_id(old_id);
	if (opts.old_prog_fd < 0)
		return reason_set(why, -errno, "can't get the program (id %u): %s", old_id,
				  strerror(errno));
	err = bpf_xdp_attach((int)tap->meta.ifindex, s->fd, mode | XDP_FLAGS_REPLACE, &opts);
	close(opts.old_prog_fd);
	return err ? reason_set(why, err, "can't replace the program (id %u): %s", old_id,
				strerror(-err))
		   : 0;
}

void successor_close(struct successor *s)
{
	xdp_program__close(s->prog);
	tracers_close(&s->tracers);
	program_close(&s->program);
	*s = (struct successor){ .fd = -1 };
}
