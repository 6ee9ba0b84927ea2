// SPDX-License-Identifier: BSD-2-Clause
/* Opening a tap to read it; used by main.c and capture.c. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "pin/counters.h"
#include "pin/diag.h"
#include "pin/lock.h"
#include "reader/source.h"

static int read_dropped(struct source *s)
{
	struct packet_stats total;
	int err = counters_total(s->tap.stats_fd, &total);

	if (!err)
		s->dropped = total.dropped;
	return err;
}

/* Prints why it is refused. */
static int lock(const struct source *s, const char *ifname)
{
	int err = lock_try(s->tap.lock_fd);
	pid_t pid;

	if (!err)
		return 0;
	if (err != -EWOULDBLOCK) {
		diag_error("%s: can't lock the ring: %s", ifname, strerror(-err));
		return err;
	}
	pid = lock_holder(s->tap.lock_fd);
	if (pid)
		diag_error("%s: another reader is attached (pid %d)", ifname, (int)pid);
	else
		diag_error("%s: another reader is attached", ifname);
	diag_hint("a ring has one reader; xdptap-stats can run beside it");
	return err;
}

static void say_what_waits(const struct source *s, const char *ifname)
{
	size_t waiting = ring_pending(&s->ring) / RING_RECORD_BYTES;

	if (waiting)
		diag_note("%s: %zu event%s waiting in the ring", ifname, waiting,
			  waiting == 1 ? "" : "s");
	if (s->dropped)
		diag_note("%s: %" PRIu64 " event%s lost before this reader started", ifname,
			  s->dropped, s->dropped == 1 ? "" : "s");
}

int source_open(struct source *s, const char *bpffs, const char *ifname)
{
	struct source new = SOURCE_CLOSED;
	char reason[PATH_MAX + 128];
	int err;

	err = tap_open(bpffs, ifname, TAP_RING, &new.tap, reason, sizeof(reason));
	if (err) {
		tap_open_failed(ifname, err, reason);
		return err;
	}
	err = lock(&new, ifname);
	if (err)
		goto fail;
	if (new.tap.meta.clock != CLOCK_TAI) {
		err = -EPROTO;
		diag_error("%s: its timestamps are of clock %u, not of CLOCK_TAI (%d)", ifname,
			   new.tap.meta.clock, CLOCK_TAI);
		goto fail;
	}
	err = ring_open(&new.ring, new.tap.ring_fd, new.tap.meta.ring_bytes);
	if (err) {
		diag_error("%s: can't map the ring: %s", ifname,
			   err == -EPROTO ? "its positions make no sense" : strerror(-err));
		goto fail;
	}

	err = read_dropped(&new);
	if (err) {
		diag_error("%s: can't read the counters: %s", ifname, strerror(-err));
		goto fail;
	}
	new.dropped_before = new.dropped;
	say_what_waits(&new, ifname);
	*s = new;
	return 0;

fail:
	source_close(&new);
	return err;
}

void source_close(struct source *s)
{
	ring_close(&s->ring);
	tap_close(&s->tap);
}

uint64_t source_lost(struct source *s)
{
	read_dropped(s); /* a failure leaves what was known */
	return s->dropped - s->dropped_before;
}
