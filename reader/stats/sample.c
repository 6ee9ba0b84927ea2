// SPDX-License-Identifier: BSD-2-Clause
/* Takes samples, for show and watch. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "pin/counters.h"
#include "pin/lock.h"
#include "pin/now.h"
#include "pin/ring_pages.h"
#include "pin/tap.h"
#include "reader/stats/sample.h"

/*
 * Adds what waits in the ring. The consumer position is read first, so it is never the larger
 * one; what is produced in between may make the difference larger than the ring.
 */
static int add_ring_used(int fd, uint64_t bytes, uint64_t *used)
{
	struct ring_pages pages;
	uint64_t consumer, waiting;
	int err;

	err = ring_pages_map(&pages, fd, 0, RING_PAGES_WATCH);
	if (err)
		return err;
	consumer = __atomic_load_n(pages.consumer, __ATOMIC_ACQUIRE);
	waiting = __atomic_load_n(pages.producer, __ATOMIC_ACQUIRE) - consumer;
	ring_pages_unmap(&pages);
	*used += waiting < bytes ? waiting : bytes;
	return 0;
}

/* One ring at a time: there may be one per CPU, more than the limit of open files. */
static int read_rings(struct sample *s, const struct tap_name *name, const struct tap *tap,
		      struct reason *reason)
{
	int fd, err;

	s->ring_bytes = (uint64_t)tap->meta.rings * tap->meta.ring_bytes;
	for (__u32 i = 0; i < tap->meta.rings; i++) {
		fd = tap_open_ring(name, tap, i, reason);
		/* The counters are worth showing without the rings. */
		if (fd == -EACCES || fd == -EPERM)
			return 0;
		if (fd < 0)
			return fd;
		err = add_ring_used(fd, tap->meta.ring_bytes, &s->ring_used);
		close(fd);
		if (err)
			return reason_set(reason, err, "can't map ring %u: %s", i, strerror(-err));
	}
	s->ring_known = true;
	return 0;
}

static void find_reader(struct sample *s, int lock_fd)
{
	int held = lock_held(lock_fd, &s->reader_pid);

	s->reader_known = held >= 0;
	s->reader = held == 1;
}

/* As sample_take(). Sets *replaced if it failed because the tap was attached anew meanwhile. */
static int take(struct sample *s, const struct tap_name *name, bool *replaced,
		struct reason *reason)
{
	struct tap tap = TAP_CLOSED;
	struct sample n = { 0 };
	uint64_t wall_ns;
	int err;

	*replaced = false;
	err = tap_open(name, TAP_STATS, &tap, reason);
	if (err)
		return err;
	snprintf(n.ifname, sizeof(n.ifname), "%s", name->ifname);
	n.meta = tap.meta;
	err = read_rings(&n, name, &tap, reason);
	if (err)
		goto out;
	find_reader(&n, tap.lock_fd);
	/* Last, next to the counters: rates are computed from this time. */
	n.taken_ns = now_ns(CLOCK_MONOTONIC);
	wall_ns = now_ns(CLOCK_REALTIME);
	n.runtime_ns = wall_ns > n.meta.attached_ns ? wall_ns - n.meta.attached_ns : 0;
	n.n_cpus = counters_read(tap.stats_fd, &n.cpus);
	if (n.n_cpus < 0) {
		err = reason_set(reason, n.n_cpus, "can't read the counters: %s",
				 strerror(-n.n_cpus));
		goto out;
	}
	err = verdict_sample_take(&n.verdicts, &tap);
	if (err) {
		free(n.cpus);
		reason_set(reason, err, "can't read the verdicts: %s", strerror(-err));
		goto out;
	}
	n.total = counters_sum(n.cpus, n.n_cpus);
	n.in_force = tap.in_force;
	tap.in_force.filter = NULL;
	*s = n;
out:
	*replaced = err && tap_is_replaced(name, &tap);
	tap_close(&tap);
	return err;
}

/* How often to begin again. */
#define TRIES 10

int sample_take(struct sample *s, const struct tap_name *name, struct reason *reason)
{
	bool replaced = true;
	int err = 0;

	for (int i = 0; replaced && i < TRIES; i++)
		err = take(s, name, &replaced, reason);
	return err;
}

void sample_close(struct sample *s)
{
	free(s->cpus);
	free(s->verdicts);
	in_force_free(&s->in_force);
	s->cpus = NULL;
	s->verdicts = NULL;
	s->n_cpus = 0;
}

bool sample_restarted(const struct sample *before, const struct sample *now)
{
	return before->meta.attached_ns != now->meta.attached_ns;
}

double sample_seconds(const struct sample *before, const struct sample *now)
{
	return now->taken_ns > before->taken_ns ? (double)(now->taken_ns - before->taken_ns) / 1e9
						: 1e-9;
}

double sample_rate(uint64_t before, uint64_t now, double seconds)
{
	return now > before ? (double)(now - before) / seconds : 0;
}

const char *sample_reader_text(char buf[SAMPLE_READER_MAX], const struct sample *s)
{
	if (s->reader_pid)
		snprintf(buf, SAMPLE_READER_MAX, "pid %d", (int)s->reader_pid);
	else if (!s->reader_known)
		strcpy(buf, "not known");
	else
		strcpy(buf, s->reader ? "attached" : "none");
	return buf;
}
