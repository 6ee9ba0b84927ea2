// SPDX-License-Identifier: BSD-2-Clause
/* Samples the flows of a tap; called by top.c, top_watch.c and flush.c. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "pin/cli/diag.h"
#include "pin/cli/tap_error.h"
#include "pin/counters.h"
#include "pin/now.h"
#include "pin/tap.h"
#include "reader/stats/flow_sample.h"

static int read_maps(struct flow_sample *s, const struct tap *tap, struct reason *reason)
{
	struct packet_stats total;
	const __u32 zero = 0;
	__u64 flushed;
	int err;

	/* Counters first: a flow that is created meanwhile must not count as evicted. */
	err = counters_total(tap->stats_fd, &total);
	if (err)
		return reason_set(reason, err, "can't read the counters: %s", strerror(-err));
	s->taken_ns = now_ns(CLOCK_TAI);
	s->monotonic_ns = now_ns(CLOCK_MONOTONIC);
	s->wall_ns = now_ns(CLOCK_REALTIME);
	err = flows_read(tap->flows_fd, &s->flows, &s->n);
	if (err)
		return reason_set(reason, err, "can't read the flows: %s", strerror(-err));
	if (bpf_map_lookup_elem(tap->flushed_fd, &zero, &flushed)) {
		err = reason_set(reason, -errno, "can't read how many were flushed: %s",
				 strerror(errno));
		flow_sample_close(s);
		return err;
	}
	s->present = s->n;
	s->created = total.flows;
	s->lost = total.flow_lost;
	s->flushed = flushed;
	return 0;
}

int flow_sample_take(struct flow_sample *s, const struct tap_name *name, struct reason *reason)
{
	struct flow_sample n = { 0 };
	struct tap tap = TAP_CLOSED;
	int err;

	err = tap_open(name, TAP_FLOWS, &tap, reason);
	if (err)
		return err;
	snprintf(n.ifname, sizeof(n.ifname), "%s", name->ifname);
	n.meta = tap.meta;
	n.state = tap_state_check(name->bpffs, &n.meta, &tap.in_force);
	if (tap.meta.flows)
		err = read_maps(&n, &tap, reason);
	else
		err = reason_set(reason, -ENODEV, "the tap counts no flows");
	tap_close(&tap);
	if (err)
		return err;
	*s = n;
	return 0;
}

void flow_sample_close(struct flow_sample *s)
{
	free(s->flows);
	s->flows = NULL;
	s->n = 0;
}

uint64_t flow_sample_evicted(const struct flow_sample *s)
{
	uint64_t gone = s->flushed + s->present;

	return s->created > gone ? s->created - gone : 0;
}

void flow_sample_failed(const char *ifname, int err, const struct reason *reason)
{
	if (err != -ENODEV) {
		tap_error_open(ifname, err, reason);
		return;
	}
	diag_error("%s: the tap counts no flows", ifname);
	diag_hint("detach it, and attach it with 'xdptap-loader attach dev %s flows 65536'",
		  ifname);
}
