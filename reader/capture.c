// SPDX-License-Identifier: BSD-2-Clause
/*
 * The loop of xdptap-reader: take a batch of events, write it, and only then give it back to
 * the kernel. So nothing that kills the reader loses an event that was in a ring; at worst
 * one batch is shown twice.
 *
 * While there is traffic, the reader sleeps for a fixed short time between batches and asks
 * to be woken only if a ring is half full: the program then wakes nobody. If nothing came in
 * that time, it asks to be woken by the next event and sleeps until then.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pin/cli/confine.h"
#include "pin/cli/diag.h"
#include "pin/cli/stop.h"
#include "pin/now.h"
#include "pin/tap_name.h"
#include "reader/batch.h"
#include "reader/capture.h"
#include "reader/follow.h"
#include "reader/outfile_name.h"
#include "reader/sink.h"
#include "reader/summary.h"
#include "reader/wait.h"
#include "reader/writer.h"

/*
 * The fixed time to sleep under traffic. On average a packet waits half of it. Waking up takes
 * up to 45 us of CPU on a virtual machine: 588 times a second that is up to 2.6 %.
 */
#define SLEEP_NS 1700000

/*
 * How often to look at a ring buffer that is set aside: nobody has to wake us when it goes on.
 */
#define ASIDE_NS 100000000

/* How long to wait for an event that is being written when the reader is to end. */
#define BLOCKED_MS 2

/* After this many full batches, signals, timers and the rest are looked at. */
#define BATCHES_AT_ONCE 64

struct capture {
	const struct capture_options *o;
	struct sources *sources;
	struct wait wait;
	int statistics_fd; /* stdout or stderr, as stop_guard() gives it */
	bool writes;       /* packets are written, by the writer */
	bool over;         /* -W: the last file is complete */
	bool failed;       /* the output can't be written any more */
	uint64_t start_ns; /* CLOCK_MONOTONIC */
	struct summary summary;
	struct batch batch;
	struct writer writer;
	struct follow follow;
};

/* Sets the timer of -G, after a file was begun. */
static int set_rotation(struct capture *c)
{
	clockid_t clock;
	uint64_t at_ns = outfile_name_end_ns(&c->o->out, &clock);

	return wait_set_rotation(&c->wait, clock, at_ns);
}

/* SIGUSR2 begins the next file. Where no file can follow it must not end the reader. */
static int start_switching(struct capture *c)
{
	if (c->writes && writer_rotates(&c->writer))
		return wait_add_signal(&c->wait, SIGUSR2);
	signal(SIGUSR2, SIG_IGN);
	return 0;
}

static struct source *end_of(const struct capture *c)
{
	return c->sources->list + c->sources->n;
}

static int start(struct capture *c)
{
	int err;

	c->statistics_fd = stop_guard(c->o->quiet ? STDOUT_FILENO : STDERR_FILENO);
	if (c->o->quiet && c->statistics_fd < 0)
		return c->statistics_fd;
	err = batch_open(&c->batch, c->sources);
	if (!err)
		err = wait_add(&c->wait, stop_fd(), WAIT_STOP);
	if (!err && c->o->interval_ns)
		err = wait_set_statistics(&c->wait, c->o->interval_ns);
	if (!err && c->o->out.rotate_ns)
		err = set_rotation(c);
	if (!err)
		err = start_switching(c);
	if (err)
		return err;
	/* A pipe reports that its reader is gone; a file can't be waited for (EPERM). */
	if (c->o->quiet)
		wait_add(&c->wait, c->statistics_fd, WAIT_CLOSED);
	if (c->writes)
		wait_add(&c->wait, writer_fd(&c->writer), WAIT_CLOSED);
	c->start_ns = now_ns(CLOCK_MONOTONIC);
	return 0;
}

/*
 * Prints the block of statistics. Returns 0 or -errno. A stderr that can't be written is no
 * error: there is nowhere to report it.
 */
static int print_summary(struct capture *c, bool final)
{
	char text[SUMMARY_MAX];
	size_t size, done;
	int err;

	size = summary_text(text, &c->summary, sources_lost(c->sources),
			    now_ns(CLOCK_MONOTONIC) - c->start_ns, final);
	err = sink_write(c->statistics_fd, text, size, &done);
	if (err == -EINTR && final)
		err = sink_write_last(c->o->quiet ? STDOUT_FILENO : STDERR_FILENO, text + done,
				      size - done, &done);
	return c->o->quiet ? err : 0;
}

/* The number of packets that the next batch may show. */
static size_t shown_max(const struct capture *c)
{
	uint64_t left = c->o->limit - c->summary.total;

	return c->o->limit && left < BATCH_MAX ? (size_t)left : BATCH_MAX;
}

/* Filters, writes, counts and releases the batch. Returns what writer_put() does. */
static int handle_batch(struct capture *c)
{
	size_t shown;
	int err = 0;

	if (c->o->filter)
		batch_filter(&c->batch, c->o->filter, shown_max(c));
	shown = c->batch.n;
	if (c->writes && (c->batch.n || c->batch.n_filtered))
		err = writer_put(&c->writer, &c->batch, &shown);
	for (size_t i = 0; i < shown; i++)
		summary_count(&c->summary, c->batch.entries[i].packet.event);
	c->summary.filtered += batch_filtered(&c->batch, shown);
	batch_release(&c->batch, shown);
	return err;
}

/* The time of a file is over. Returns what writer_rotate() does. */
static int rotate(struct capture *c)
{
	int err = writer_rotate(&c->writer, true, &c->over);

	return err || c->over ? err : set_rotation(c);
}

/*
 * Waits for anything, as long as wait_for(), and deals with it. Returns 0, -EINTR if
 * stop_requested() came while it wrote or rotated, or -errno if the output can't be written
 * any more.
 */
static int wait_and_handle(struct capture *c, const struct timespec *timeout)
{
	unsigned int happened = wait_for(&c->wait, timeout);
	int err = 0;

	if (happened & WAIT_MONITOR)
		err = follow_changes(&c->follow);
	if (!err && happened & WAIT_STATISTICS)
		err = print_summary(c, false);
	if (!err && happened & WAIT_ROTATION)
		err = rotate(c);
	else if (!err && happened & WAIT_SIGNAL)
		err = writer_rotate(&c->writer, false, &c->over);
	if (!err && happened & WAIT_CLOSED)
		err = -EPIPE;
	return err;
}

/* Whether there is what a request `when` would wake us for. */
static bool is_due(const struct capture *c, enum xdptap_wakeup when)
{
	for (const struct source *s = c->sources->list; s < end_of(c); s++)
		if (s->state == SOURCE_OPEN && source_due(s, when))
			return true;
	return false;
}

static bool is_any_aside(const struct capture *c)
{
	for (const struct source *s = c->sources->list; s < end_of(c); s++)
		if (s->state == SOURCE_OPEN && s->aside)
			return true;
	return false;
}

/*
 * Sleeps after everything that was there is written: until the next event, or, for
 * XDPTAP_WAKEUP_HALF, for SLEEP_NS at most. Returns what wait_and_handle() does.
 */
static int sleep_until(struct capture *c, enum xdptap_wakeup when)
{
	static const struct timespec limit = { .tv_nsec = SLEEP_NS }, none;
	static const struct timespec aside = { .tv_nsec = ASIDE_NS };
	const struct timespec *timeout = is_any_aside(c) ? &aside : NULL;
	int err;

	for (struct source *s = c->sources->list; s < end_of(c); s++)
		if (s->state == SOURCE_OPEN)
			wakeup_request(&s->wakeup, when);
	if (when == XDPTAP_WAKEUP_HALF)
		timeout = &limit;
	/* An event that is there but still being written is not to be waited for busily. */
	if (is_due(c, when))
		timeout = c->batch.blocked ? &limit : &none;
	err = wait_and_handle(c, timeout);
	for (struct source *s = c->sources->list; s < end_of(c); s++)
		if (s->state == SOURCE_OPEN)
			wakeup_cancel(&s->wakeup);
	return err;
}

/* After a write failed with `err`. Returns the exit status. */
static int write_failed(struct capture *c, int err)
{
	const char *why = err == -EAGAIN ? "nobody reads it" : writer_why(&c->writer);

	/* A normal end; and so is a pipe that its reader closed. */
	if (err == -EINTR && stop_requested())
		return EXIT_OK;
	c->failed = true;
	if (err == -EPIPE)
		return EXIT_OK;
	diag_error("can't %s %s: %s", writer_doing(&c->writer), writer_file(&c->writer),
		   why ?: strerror(-err));
	return EXIT_FAILED;
}

/* The number of events that the next batch may have. */
static size_t batch_size(const struct capture *c)
{
	return c->o->filter ? BATCH_MAX : shown_max(c);
}

static bool limit_reached(const struct capture *c)
{
	return c->o->limit && c->summary.total == c->o->limit;
}

/*
 * Takes and writes what is there. Sets *caught_up if that was all, and *some if there was
 * anything. Returns what handle_batch() does.
 */
static int drain(struct capture *c, bool *caught_up, bool *some)
{
	int err;

	*some = false;
	for (int i = 0; i < BATCHES_AT_ONCE; i++) {
		batch_fill(&c->batch, batch_size(c));
		*some |= c->batch.n > 0;
		*caught_up = !c->batch.more;
		err = handle_batch(c);
		if (err || *caught_up || limit_reached(c) || stop_requested())
			break;
	}
	return err;
}

/*
 * After stop_requested(): takes what has come since the last batch, as far as somebody takes
 * the output soon enough. Returns the exit status.
 */
static int drain_last(struct capture *c)
{
	size_t left = 0, taken;
	int err = 0;

	for (struct source *s = c->sources->list; s < end_of(c); s++)
		if (s->state == SOURCE_OPEN)
			left += source_pending(s);
	while (!err && left && !limit_reached(c) && stop_grace_ms()) {
		batch_fill(&c->batch, batch_size(c));
		if (!c->batch.n && !c->batch.blocked && !c->batch.more)
			break;
		/* The rest of the grace is not to be spent in a loop. */
		if (!c->batch.n && c->batch.blocked)
			poll(NULL, 0, BLOCKED_MS);
		taken = batch_bytes(&c->batch);
		left -= taken < left ? taken : left;
		err = handle_batch(c);
	}
	/* If nobody takes it, it stays in the rings. */
	return err && err != -EAGAIN ? write_failed(c, err) : EXIT_OK;
}

/* Returns the exit status. */
static int run(struct capture *c)
{
	static const struct timespec none;
	bool caught_up, some;
	int err;

	err = follow_begin(&c->follow);
	if (err)
		return write_failed(c, err);
	while (!stop_requested() && !c->over) {
		err = drain(c, &caught_up, &some);
		if (err == -EAGAIN && stop_requested())
			return EXIT_OK; /* as in drain_last() */
		if (err)
			return write_failed(c, err);
		if (limit_reached(c))
			return EXIT_OK;
		err = follow_end(&c->follow);
		if (err)
			return write_failed(c, err);
		if (!sources_left(c->sources) && !c->o->later)
			return EXIT_FAILED;
		if (!caught_up)
			err = wait_and_handle(c, &none);
		else if (some && !c->o->immediate)
			err = sleep_until(c, XDPTAP_WAKEUP_HALF);
		else
			err = sleep_until(c, XDPTAP_WAKEUP_NEXT);
		if (err)
			return write_failed(c, err);
	}
	return c->over ? EXIT_OK : drain_last(c);
}

/*
 * Opens the first file, before or after the privileges are given up. A file that is alone is made
 * with them: who may read a tap may write a capture into any directory. Where others follow, or a
 * user was named, the first one is made with the same rights as those. Returns 0 or -errno.
 */
static int open_writer(struct capture *c, bool confined)
{
	if (!c->writes || confined != (outfile_rotates(&c->o->out) || c->o->user.name))
		return 0;
	c->follow.writer = &c->writer;
	return writer_open(&c->writer, &c->o->format, &c->o->out, c->o->each, c->sources);
}

/* What root may do, its uid alone may not. */
static void hint_at_rights(const struct capture *c, int err)
{
	if (err != -EACCES && err != -EPERM)
		return;
	if (c->o->user.name)
		diag_hint("user '%s' must be allowed to make this file: name another directory",
			  c->o->user.name);
	else if (!geteuid() && outfile_rotates(&c->o->out))
		diag_hint(
			"the reader gives up the privileges of root: use '-Z USER' with the owner of "
			"the directory, or a directory of root");
}

/* Of taps that come later, the user must be allowed to open the pins. */
static void say_what_is_missed(const struct capture *c)
{
	char root[PATH_MAX];

	snprintf(root, sizeof(root), "%s/" TAP_NAME_ROOT, c->o->bpffs);
	if (c->o->later && access(root, R_OK | X_OK) && errno == EACCES)
		diag_note("user '%s' may not list %s: taps that are attached later are not read",
			  c->o->user.name ?: "root", root);
}

/*
 * Opens what takes privileges, gives them up, and opens the rest. Returns false if the reader is to
 * exit with *status.
 */
static bool prepare(struct capture *c, int *status)
{
	int err = wait_open(&c->wait);

	*status = EXIT_FAILED;
	if (err)
		goto fail;
	c->writes = !c->o->quiet || c->o->out.path;
	err = open_writer(c, false);
	if (!err) {
		follow_open(&c->follow);
		if (!confine(&c->o->user))
			return false;
		say_what_is_missed(c);
		err = open_writer(c, true);
	}
	if (err) {
		*status = write_failed(c, err);
		hint_at_rights(c, err);
		return false;
	}
	err = start(c);
	if (!err)
		return true;
fail:
	diag_error("can't prepare to wait for packets: %s", strerror(-err));
	return false;
}

static void report_files(const struct capture *c)
{
	const struct writer *w = &c->writer;
	const char *plural = w->packets == 1 ? "" : "s";

	if (!c->o->out.path)
		return;
	if (writer_files(w) > 1)
		diag_note("%" PRIu64 " packet%s written to %" PRIu64 " files, the last of them %s",
			  w->packets, plural, writer_files(w), writer_last_file(w));
	else
		diag_note("%" PRIu64 " packet%s written to %s", w->packets, plural,
			  writer_last_file(w));
}

/* Ends the file and prints the totals. Returns the exit status. */
static int finish(struct capture *c, int status)
{
	int err;

	err = c->writes && !c->failed ? writer_finish(&c->writer) : 0;
	if (err && write_failed(c, err) != EXIT_OK)
		status = EXIT_FAILED;
	err = print_summary(c, true);
	if (err && status == EXIT_OK)
		status = write_failed(c, err);
	report_files(c);
	return status;
}

int capture_run(struct sources *sources, const struct capture_options *o)
{
	struct capture *c = calloc(1, sizeof(*c));
	int status;

	if (!c) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	*c = (struct capture){
		.o = o,
		.sources = sources,
		.wait = WAIT_NOTHING,
		.writer = WRITER_CLOSED,
		.summary.filters = o->filter,
	};
	c->follow = (struct follow){
		o, sources, &c->wait, &c->batch, NULL, TAP_MONITOR_CLOSED, ELSEWHERE_CLOSED
	};
	if (prepare(c, &status))
		status = finish(c, run(c));
	if (writer_close(&c->writer))
		status = EXIT_FAILED;
	follow_close(&c->follow);
	batch_close(&c->batch);
	wait_close(&c->wait);
	free(c);
	return status;
}
