// SPDX-License-Identifier: BSD-2-Clause
/* Reads the taps that there are, while they come, change and go; used by capture.c. */
#include <string.h>

#include "pin/cli/diag.h"
#include "pin/cli/settings_note.h"
#include "reader/follow.h"

static struct source *end_of(const struct follow *f)
{
	return f->sources->list + f->sources->n;
}

void follow_open(struct follow *f)
{
	int err = tap_monitor_open(&f->monitor, f->o->bpffs, f->o->later);

	if (!err)
		err = wait_add(f->wait, f->monitor.fd, WAIT_MONITOR);
	if (err) {
		diag_note("can't notice when a tap comes or goes: %s", strerror(-err));
		follow_close(f);
		return;
	}
	/* Without, all else is noticed. */
	if (elsewhere_open(&f->elsewhere))
		return;
	if (wait_add(f->wait, f->elsewhere.fd, WAIT_MONITOR))
		elsewhere_close(&f->elsewhere);
	for (struct source *s = f->sources->list; s < end_of(f) && f->elsewhere.fd >= 0; s++)
		elsewhere_add(&f->elsewhere, f->o->bpffs, &s->tap);
}

void follow_close(struct follow *f)
{
	tap_monitor_close(&f->monitor);
	elsewhere_close(&f->elsewhere);
}

/* Prepares to read a new source. Returns 0, or -errno if it can't be waited for. */
static int begin_source(struct follow *f, struct source *s)
{
	int err = batch_resize(f->batch);

	if (!err)
		err = wait_add(f->wait, s->tap.doorbell_fd, WAIT_DOORBELL);
	if (err)
		return err;
	if (f->monitor.fd >= 0 && tap_monitor_add(&f->monitor, &s->tap))
		diag_note("%s: can't notice when the tap goes away", s->tap.ifname);
	source_begin(s);
	return 0;
}

/* As follow_begin(). */
static int begin_new_sources(struct follow *f)
{
	int err;

	for (struct source *s = f->sources->list; s < end_of(f); s++) {
		if (s->state != SOURCE_NEW)
			continue;
		err = begin_source(f, s);
		if (err) {
			diag_error("%s: can't wait for its packets: %s", s->tap.ifname,
				   strerror(-err));
			source_give_up(s);
			continue;
		}
		err = f->writer ? writer_add(f->writer, (size_t)(s - f->sources->list)) : 0;
		if (err)
			return err;
	}
	return 0;
}

/* Returns why no more events will come from a source, or NULL. */
static const char *why_gone(struct follow *f, struct source *s)
{
	/* What is traced stays with its interface only by chance. */
	bool moved = !s->tap.meta.trace && elsewhere_moved(&f->elsewhere, &s->tap);
	const char *why = tap_monitor_gone(&f->monitor, &s->tap, moved);

	/* `detach` removes the program before the pins: if it is over by now, that was it. */
	if (!why && elsewhere_gone(&f->elsewhere, &s->tap) &&
	    !tap_monitor_changing(&f->monitor, &s->tap))
		why = tap_monitor_gone(&f->monitor, &s->tap, moved)
			      ?: elsewhere_gone(&f->elsewhere, &s->tap);
	if (!why)
		traced_watch_look(&s->traced, f->o->bpffs, &s->tap);
	return why;
}

/*
 * Finds out which taps are gone, and describes those anew in the file whose settings
 * `xdptap-loader set` has changed. As follow_begin().
 */
static int check_taps(struct follow *f)
{
	bool in_sight = !f->monitor.out_of_sight, changed;
	struct in_force before;
	size_t place;
	int err = 0;

	if (f->monitor.fd < 0)
		return 0;
	for (struct source *s = f->sources->list; s < end_of(f) && !err; s++) {
		if (s->state == SOURCE_ENDED || s->gone)
			continue;
		before = s->tap.in_force; /* but for its expression, which is freed */
		place = (size_t)(s - f->sources->list);
		source_set_gone(s, why_gone(f, s));
		changed = before.generation != s->tap.in_force.generation;
		if (changed || before.control.paused != s->tap.in_force.control.paused)
			settings_note(s->tap.ifname, "changed: ", &s->tap.in_force);
		if (!changed || !f->writer)
			continue;
		err = writer_end(f->writer, place);
		if (!err)
			err = writer_add(f->writer, place);
	}
	if (in_sight && f->monitor.out_of_sight)
		diag_note(
			"%s is not the BPF filesystem any more in which the taps are pinned; those that are open are read on",
			f->o->bpffs);
	return err;
}

int follow_end(struct follow *f)
{
	size_t stuck;
	int err = 0;

	for (struct source *s = f->sources->list; s < end_of(f) && !err; s++) {
		bool broken = s->state == SOURCE_BROKEN;

		if (!source_end(s))
			continue;
		if (broken)
			diag_error(
				"%s: a ring buffer holds an invalid record; reading of this tap ends",
				s->tap.ifname);
		else
			diag_note("%s: %s", s->tap.ifname, s->gone);
		stuck = source_pending_aside(s);
		if (stuck && !broken)
			diag_note(
				"%s: %zu bytes of events after the one that is not completed are not read",
				s->tap.ifname, stuck);
		if (f->writer)
			err = writer_end(f->writer, (size_t)(s - f->sources->list));
		wait_remove(f->wait, s->tap.doorbell_fd);
		source_close(s);
	}
	return err;
}

int follow_begin(struct follow *f)
{
	int err = begin_new_sources(f);

	return err ? err : check_taps(f);
}

int follow_changes(struct follow *f)
{
	bool due = elsewhere_take(&f->elsewhere);
	int err;

	if (!tap_monitor_due(&f->monitor) && !due)
		return 0;
	err = check_taps(f);
	if (err || !f->o->later)
		return err;
	sources_open_later(f->sources, f->o);
	return begin_new_sources(f);
}
