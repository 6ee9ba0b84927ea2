// SPDX-License-Identifier: BSD-2-Clause
/* Takes a look at the flows of a tap, for `xdptap-stats top`. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "pin/counters.h"
#include "pin/cli/diag.h"
#include "pin/now.h"
#include "pin/tap.h"
#include "reader/stats/flow_reading.h"

static int read_maps(struct flow_reading *r, const struct tap *tap, char *reason, size_t size)
{
	struct packet_stats total;
	const __u32 zero = 0;
	__u64 flushed;
	int err;

	/* In this order no flow that is there is taken for one that was evicted. */
	err = counters_total(tap->stats_fd, &total);
	if (err)
		return why(reason, size, err, "can't read the counters: %s", strerror(-err));
	r->taken_ns = now_ns(CLOCK_TAI);
	r->monotonic_ns = now_ns(CLOCK_MONOTONIC);
	r->wall_ns = now_ns(CLOCK_REALTIME);
	err = flows_read(tap->flows_fd, &r->flows, &r->n);
	if (err)
		return why(reason, size, err, "can't read the flows: %s", strerror(-err));
	if (bpf_map_lookup_elem(tap->flushed_fd, &zero, &flushed)) {
		err = why(reason, size, -errno, "can't read how many were flushed: %s",
			  strerror(errno));
		flow_reading_close(r);
		return err;
	}
	r->present = r->n;
	r->made = total.flows;
	r->lost = total.flow_lost;
	r->flushed = flushed;
	return 0;
}

int flow_reading_take(struct flow_reading *r, const char *bpffs, const char *ifname, char *reason,
		      size_t size)
{
	struct flow_reading n = { 0 };
	struct tap tap = TAP_CLOSED;
	int err;

	err = tap_open(bpffs, ifname, TAP_FLOWS, &tap, reason, size);
	if (err)
		return err;
	snprintf(n.ifname, sizeof(n.ifname), "%s", ifname);
	n.meta = tap.meta;
	n.liveness = liveness_check(&n.meta);
	if (tap.meta.flows)
		err = read_maps(&n, &tap, reason, size);
	else
		err = why(reason, size, -ENODEV, "the tap counts no flows");
	tap_close(&tap);
	if (err)
		return err;
	*r = n;
	return 0;
}

void flow_reading_close(struct flow_reading *r)
{
	free(r->flows);
	r->flows = NULL;
	r->n = 0;
}

uint64_t flow_reading_evicted(const struct flow_reading *r)
{
	uint64_t gone = r->flushed + r->present;

	return r->made > gone ? r->made - gone : 0;
}

void flow_reading_failed(const char *ifname, int err, const char *reason)
{
	if (err != -ENODEV) {
		tap_open_failed(ifname, err, reason);
		return;
	}
	diag_error("%s: the tap counts no flows", ifname);
	diag_hint("detach it, and attach it with 'xdptap-loader attach dev %s flows 65536'",
		  ifname);
}
