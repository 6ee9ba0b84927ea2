// SPDX-License-Identifier: BSD-2-Clause
/* Opens a tap for reading; used by sources.c and follow.c. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pin/counters.h"
#include "pin/cli/diag.h"
#include "pin/cli/settings_note.h"
#include "pin/cli/tap_error.h"
#include "pin/lock.h"
#include "pin/verdicts.h"
#include "reader/source.h"

static int read_dropped(struct source *s)
{
	struct packet_stats total;
	int err = counters_total(s->tap.stats_fd, &total);

	if (!err)
		s->dropped = total.dropped;
	return err;
}

/* Who may open the meta pin may hold its lock, without reading anything. Empty: not known. */
static void name_of(pid_t pid, char name[32])
{
	char path[32];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	f = fopen(path, "re");
	if (!f || !fgets(name, 32, f))
		*name = '\0';
	name[strcspn(name, "\n")] = '\0';
	if (f)
		fclose(f);
}

static void say_locked(const char *ifname, pid_t pid)
{
	char name[32] = "";

	if (pid)
		name_of(pid, name);
	if (*name && strcmp(name, "xdptap-reader") != 0) {
		diag_error("%s: process %d (%s) holds the lock of the reader", ifname, (int)pid,
			   name);
		diag_hint("end that process, or use xdptap-stats");
		return;
	}
	if (pid)
		diag_error("%s: another reader is attached (pid %d)", ifname, (int)pid);
	else
		diag_error("%s: another reader is attached", ifname);
	diag_hint("a tap has only one reader: end the other one, or use xdptap-stats");
}

/* Takes the lock, or prints why it can't. Returns 0 or -errno. */
static int lock(const struct source *s, const char *ifname)
{
	int err = lock_try(s->tap.lock_fd);

	if (!err)
		return 0;
	if (err != -EWOULDBLOCK) {
		diag_error("%s: can't lock the ring buffers: %s", ifname, strerror(-err));
		return err;
	}
	say_locked(ifname, lock_holder(s->tap.lock_fd));
	return err;
}

/* A reader need not walk through a GiB when it starts, just to say how much is there. */
#define COUNTED_MAX 10000

/* Nobody should wait for packets that the tap does not write. */
static void say_what_is_left_out(const struct source *s)
{
	const struct in_force *f = &s->tap.in_force;

	if (f->filter || f->sample > 1 || f->control.paused ||
	    (f->actions && f->actions != VERDICTS_ALL_ACTIONS))
		settings_note(s->tap.ifname, "", f);
	if (f->control.paused)
		diag_hint("'xdptap-loader set dev %s resume' ends the pause", s->tap.ifname);
}

static void say_what_waits(const struct source *s, const char *ifname)
{
	bool more;
	size_t waiting = source_count(s, &more);

	if (waiting)
		diag_note("%s: %s%zu event%s waiting in the ring buffers", ifname,
			  more ? "at least " : "", waiting, waiting == 1 ? "" : "s");
	if (s->dropped)
		diag_note("%s: %" PRIu64 " event%s lost before this reader started", ifname,
			  s->dropped, s->dropped == 1 ? "" : "s");
}

/* What is mapped needs no descriptor, but for the doorbell, which is waited for. */
static int map_rings(struct source *s)
{
	int err = 0;

	s->rings = calloc(s->tap.meta.rings, sizeof(*s->rings));
	if (!s->rings)
		return -ENOMEM;
	for (__u32 i = 0; i < s->tap.meta.rings && !err; i++)
		err = ring_open(&s->rings[i], s->tap.ring_fds[i], s->tap.meta.ring_bytes);
	if (!err)
		err = wakeup_open(&s->wakeup, s->tap.wakeup_fd, s->tap.doorbell_fd);
	if (!err)
		tap_close_mapped(&s->tap);
	return err;
}

int source_open(struct source *s, const struct tap_name *name, enum tap_want want)
{
	struct source new = SOURCE_CLOSED;
	struct reason reason;
	int err;

	err = tap_open(name, want, &new.tap, &reason);
	if (err) {
		tap_error_open(name->ifname, err, &reason);
		return err;
	}
	err = lock(&new, name->ifname);
	if (err)
		goto fail;
	if (new.tap.meta.clock != CLOCK_TAI) {
		err = -EPROTO;
		diag_error("%s: its timestamps use clock %u, not CLOCK_TAI (%d)", name->ifname,
			   new.tap.meta.clock, CLOCK_TAI);
		goto fail;
	}
	err = map_rings(&new);
	if (err) {
		diag_error("%s: can't map the ring buffers: %s", name->ifname,
			   err == -EPROTO ? "their read and write positions contradict each other"
					  : strerror(-err));
		goto fail;
	}

	err = read_dropped(&new);
	if (err) {
		diag_error("%s: can't read the counters: %s", name->ifname, strerror(-err));
		goto fail;
	}
	new.dropped_before = new.dropped;
	new.state = SOURCE_NEW;
	say_what_is_left_out(&new);
	say_what_waits(&new, name->ifname);
	*s = new;
	return 0;

fail:
	source_close(&new);
	return err;
}

void source_close(struct source *s)
{
	for (__u32 i = 0; s->rings && i < s->tap.meta.rings; i++)
		ring_close(&s->rings[i]);
	free(s->rings);
	s->rings = NULL;
	wakeup_close(&s->wakeup);
	tap_close(&s->tap);
}

void source_begin(struct source *s)
{
	s->state = SOURCE_OPEN;
}

void source_give_up(struct source *s)
{
	s->state = SOURCE_ENDED;
	source_close(s);
}

void source_set_gone(struct source *s, const char *why)
{
	s->gone = why;
}

void source_set_broken(struct source *s)
{
	s->state = SOURCE_BROKEN;
}

void source_set_aside(struct source *s, struct ring *ring)
{
	ring->aside = true;
	s->aside++;
	if (!s->told_aside)
		diag_note(
			"%s: ring buffer %td is stuck: an event in it is not completed; reading goes "
			"on without this ring buffer",
			s->tap.ifname, ring - s->rings);
	s->told_aside = true;
}

void source_take_back(struct source *s, struct ring *ring)
{
	ring->aside = false;
	s->aside--;
	if (!s->told_back)
		diag_note("%s: ring buffer %td is read again; its events of that time come late",
			  s->tap.ifname, ring - s->rings);
	s->told_back = true;
}

bool source_end(struct source *s)
{
	bool over = s->state == SOURCE_BROKEN ||
		    (s->state == SOURCE_OPEN && s->gone && !source_pending(s));

	if (over) {
		read_dropped(s);
		s->state = SOURCE_ENDED;
	}
	return over;
}

uint64_t source_lost(struct source *s)
{
	read_dropped(s); /* a failure leaves the last value */
	return s->dropped - s->dropped_before;
}

static size_t pending(const struct source *s, bool aside)
{
	size_t sum = 0;

	for (__u32 i = 0; i < s->tap.meta.rings; i++)
		if (s->rings[i].aside == aside)
			sum += ring_pending(&s->rings[i]);
	return sum;
}

size_t source_pending(const struct source *s)
{
	return pending(s, false);
}

size_t source_pending_aside(const struct source *s)
{
	return pending(s, true);
}

size_t source_count(const struct source *s, bool *more)
{
	/* `set` may have changed the snaplen since they were written. */
	bool alike = !s->tap.in_force.snaplen && !s->tap.in_force.generation;
	size_t sum = 0, n;

	*more = false;
	for (__u32 i = 0; i < s->tap.meta.rings; i++) {
		n = ring_count(&s->rings[i], alike, COUNTED_MAX);
		*more |= !alike && n == COUNTED_MAX;
		sum += n;
	}
	return sum;
}

bool source_due(const struct source *s, enum xdptap_wakeup when)
{
	size_t least = when == XDPTAP_WAKEUP_HALF ? s->tap.meta.ring_bytes / 2 : 1;

	for (__u32 i = 0; i < s->tap.meta.rings; i++)
		if (!s->rings[i].aside && ring_pending(&s->rings[i]) >= least)
			return true;
	return false;
}
