// SPDX-License-Identifier: BSD-2-Clause
/*
 * The loop of xdptap-reader: take a batch of events, write it, and only then
 * give it back to the kernel; so whatever kills the reader, no event is lost
 * that was in the ring, at worst a batch is shown twice. Once it has caught up
 * it naps a moment, so that nobody has to notify it while there is traffic; if
 * nothing came, it sleeps until the next packet rings.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "pin/now.h"
#include "reader/batch.h"
#include "reader/capture.h"
#include "reader/sink.h"
#include "pin/cli/stop.h"
#include "reader/summary.h"
#include "reader/tap_monitor.h"
#include "reader/writer.h"

/*
 * How long a nap is. A packet waits half of it, on the average; to wake up takes
 * up to 45 us of CPU on a virtual machine, so 588 times a second up to 2.6 %.
 */
#define NAP_NS 1700000

/* Full batches after which signals, timers and the rest get a look. */
#define BATCHES_AT_ONCE 64

/* epoll_event.data: what it woke us for. */
enum wake { WAKE_DOORBELL, WAKE_STOP, WAKE_TIMER, WAKE_ROTATE, WAKE_MONITOR, WAKE_CLOSED };

struct capture {
	const struct capture_options *o;
	struct source *sources;
	size_t n_sources;
	int epoll_fd;
	int timer_fd;      /* for statistics; -1: no interval */
	int rotate_fd;     /* for -G; -1: no */
	int statistics_fd; /* stdout or stderr, as stop_guard() gives it */
	bool writes;       /* packets, with the writer */
	bool over;         /* -W: the last file is full */
	bool failed;       /* it can't be written any more */
	struct tap_monitor monitor;
	uint64_t start_ns; /* CLOCK_MONOTONIC */
	struct summary summary;
	struct batch batch;
	struct writer writer;
};

static int add_to_epoll(const struct capture *c, int fd, enum wake wake)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = wake };

	/* Of this only EPOLLERR and EPOLLHUP, which need not be asked for. */
	if (wake == WAKE_CLOSED)
		ev.events = 0;
	/* By its edge: a bell that was rung for the sleep before must not wake us. */
	if (wake == WAKE_DOORBELL)
		ev.events |= EPOLLET;

	return epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

/* Wakes us in `first_ns` and then, unless it is 0, each `period_ns`. Returns 0 or -errno. */
static int set_timer(int fd, uint64_t first_ns, uint64_t period_ns)
{
	const struct itimerspec timer = {
		.it_value = { (time_t)(first_ns / NS_PER_SEC), (long)(first_ns % NS_PER_SEC) },
		.it_interval = { (time_t)(period_ns / NS_PER_SEC), (long)(period_ns % NS_PER_SEC) },
	};

	return timerfd_settime(fd, 0, &timer, NULL) ? -errno : 0;
}

static int open_timer(struct capture *c, enum wake wake, int *fd)
{
	*fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return *fd < 0 ? -errno : add_to_epoll(c, *fd, wake);
}

/*
 * After a file was begun. Its name has the time in whole seconds; so that the next
 * one's can't be the same, however late we are woken, it is begun with a second.
 */
static int set_rotation(const struct capture *c)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return set_timer(c->rotate_fd, c->o->out.rotate_ns - (uint64_t)now.tv_nsec, 0);
}

static int start_statistics(struct capture *c)
{
	int err = open_timer(c, WAKE_TIMER, &c->timer_fd);

	return err ? err : set_timer(c->timer_fd, c->o->interval_ns, c->o->interval_ns);
}

static int start_rotation(struct capture *c)
{
	int err = open_timer(c, WAKE_ROTATE, &c->rotate_fd);

	return err ? err : set_rotation(c);
}

/* That a tap can't be watched is no reason not to read it. */
static void start_monitor(struct capture *c)
{
	int err = tap_monitor_open(&c->monitor, c->o->bpffs);

	for (size_t i = 0; !err && i < c->n_sources; i++)
		err = tap_monitor_add(&c->monitor, &c->sources[i].tap);
	if (!err)
		err = add_to_epoll(c, c->monitor.fd, WAKE_MONITOR);
	if (err) {
		diag_note("can't notice when a tap goes away: %s", strerror(-err));
		tap_monitor_close(&c->monitor);
	}
}

static int start(struct capture *c)
{
	static const struct timespec none;
	struct epoll_event event;
	int err;

	c->statistics_fd = stop_guard(c->o->quiet ? STDOUT_FILENO : STDERR_FILENO);
	if (c->o->quiet && c->statistics_fd < 0)
		return c->statistics_fd;
	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll_fd < 0)
		return -errno;
	/* Linux 5.11; what keeps system calls from us may not know it. */
	if (epoll_pwait2(c->epoll_fd, &event, 1, &none, NULL) < 0 && errno != EINTR)
		return -errno;
	err = batch_open(&c->batch, c->sources, c->n_sources);
	if (!err)
		err = add_to_epoll(c, stop_fd(), WAKE_STOP);
	for (size_t i = 0; !err && i < c->n_sources; i++)
		err = add_to_epoll(c, c->sources[i].tap.doorbell_fd, WAKE_DOORBELL);
	if (!err && c->o->interval_ns)
		err = start_statistics(c);
	if (!err && c->o->out.rotate_ns)
		err = start_rotation(c);
	if (err)
		return err;
	/* A pipe tells when its reader closes it; EPERM: a file does not. */
	if (c->o->quiet)
		add_to_epoll(c, c->statistics_fd, WAKE_CLOSED);
	if (c->writes)
		add_to_epoll(c, c->writer.file.write_fd, WAKE_CLOSED);
	start_monitor(c);
	c->start_ns = now_ns(CLOCK_MONOTONIC);
	return 0;
}

static void finish(struct capture *c)
{
	const int fds[] = { c->epoll_fd, c->timer_fd, c->rotate_fd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	tap_monitor_close(&c->monitor);
	batch_close(&c->batch);
}

/*
 * Prints the block of statistics. Returns 0 or -errno; that stderr can't be
 * written is no error, there is nowhere to say it.
 */
static int print_summary(struct capture *c, bool final)
{
	char text[SUMMARY_MAX];
	uint64_t lost = 0;
	size_t size, done;
	int err;

	for (size_t i = 0; i < c->n_sources; i++)
		lost += source_lost(&c->sources[i]);
	size = summary_text(text, &c->summary, lost, now_ns(CLOCK_MONOTONIC) - c->start_ns, final);
	err = sink_write(c->statistics_fd, text, size, &done);
	if (err == -EINTR && final)
		err = sink_write_last(c->o->quiet ? STDOUT_FILENO : STDERR_FILENO, text + done,
				      size - done, &done);
	return c->o->quiet ? err : 0;
}

/* Returns what writer_put() does. */
static int handle_batch(struct capture *c)
{
	size_t shown = c->batch.n;
	int err = 0;

	if (c->writes && c->batch.n)
		err = writer_put(&c->writer, &c->batch, &shown);
	for (size_t i = 0; i < shown; i++)
		summary_count(&c->summary, c->batch.entries[i].packet.event);
	batch_release(&c->batch, shown);
	return err;
}

static void look_for_gone(struct capture *c)
{
	if (c->monitor.fd < 0)
		return;
	for (struct source *s = c->sources; s < c->sources + c->n_sources; s++)
		if (!s->gone)
			s->gone = tap_monitor_gone(&c->monitor, &s->tap);
}

/* Says farewell to sources that will give nothing more. Returns how many are left. */
static size_t end_sources(struct capture *c)
{
	size_t left = 0;

	for (struct source *s = c->sources; s < c->sources + c->n_sources; s++) {
		if (s->ended)
			continue;
		if (s->broken)
			diag_error("%s: the ring holds what is no event; not read any further",
				   s->tap.ifname);
		else if (s->gone && !source_pending(s))
			diag_note("%s: %s", s->tap.ifname, s->gone);
		else {
			left++;
			continue;
		}
		s->ended = true;
		epoll_ctl(c->epoll_fd, EPOLL_CTL_DEL, s->tap.doorbell_fd, NULL);
	}
	return left;
}

/* -G's time has come. Returns what writer_rotate() does. */
static int rotate(struct capture *c)
{
	int err;

	c->over = outfile_last(&c->writer.file);
	if (c->over)
		return 0;
	err = writer_rotate(&c->writer);
	return err ? err : set_rotation(c);
}

/*
 * Waits this long for anything; NULL: until it comes. Returns 0, -EINTR if
 * stop_requested() came while it wrote or rotated, or -errno if there is no way to
 * write any more.
 */
static int wait_for_news(struct capture *c, const struct timespec *timeout)
{
	struct epoll_event events[16];
	uint64_t expirations;
	int n, err = 0;

	/* Below 0: EINTR; start() has seen that it works. */
	n = epoll_pwait2(c->epoll_fd, events, 16, timeout, NULL);
	for (int i = 0; i < n && !err; i++) {
		switch (events[i].data.u32) {
		case WAKE_TIMER:
			if (read(c->timer_fd, &expirations, sizeof(expirations)) > 0)
				err = print_summary(c, false);
			break;
		case WAKE_ROTATE:
			if (read(c->rotate_fd, &expirations, sizeof(expirations)) > 0)
				err = rotate(c);
			break;
		case WAKE_MONITOR:
			if (tap_monitor_due(&c->monitor))
				look_for_gone(c);
			break;
		case WAKE_CLOSED:
			err = -EPIPE;
			break;
		}
	}
	return err;
}

/*
 * After all that was there is out: sleeps until the next packet or, after some
 * packets, naps until there may be more. Returns what wait_for_news() does.
 */
static int rest(struct capture *c, enum xdptap_wakeup when)
{
	static const struct timespec nap = { .tv_nsec = NAP_NS }, none;
	const struct timespec *timeout = when == XDPTAP_WAKEUP_HALF ? &nap : NULL;
	int err;

	for (struct source *s = c->sources; s < c->sources + c->n_sources; s++)
		if (!s->ended)
			wakeup_request(&s->wakeup, when);
	/* What is there but still being written is not to be waited for busily. */
	for (struct source *s = c->sources; s < c->sources + c->n_sources; s++)
		if (!s->ended && source_due(s, when))
			timeout = c->batch.blocked ? &nap : &none;
	err = wait_for_news(c, timeout);
	for (struct source *s = c->sources; s < c->sources + c->n_sources; s++)
		if (!s->ended)
			wakeup_cancel(&s->wakeup);
	return err;
}

/* After a write failed with `err`. Returns the exit status. */
static int write_failed(struct capture *c, int err)
{
	/* stop_requested(); or whoever reads it has had enough. */
	if (err == -EINTR)
		return EXIT_OK;
	c->failed = true;
	if (err == -EPIPE)
		return EXIT_OK;
	diag_error("can't %s %s: %s", c->writer.file.doing, c->writer.file.name,
		   err == -EAGAIN ? "nobody reads it" : strerror(-err));
	return EXIT_FAILED;
}

/* How many events the next batch may have. */
static size_t batch_size(const struct capture *c)
{
	uint64_t left = c->o->limit - c->summary.total;

	return c->o->limit && left < BATCH_MAX ? (size_t)left : BATCH_MAX;
}

static bool limit_reached(const struct capture *c)
{
	return c->o->limit && c->summary.total == c->o->limit;
}

/*
 * Takes and writes what is there. Sets *caught_up if that was all, and *some if
 * there was anything. Returns what handle_batch() does.
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
 * After stop_requested(): what has come since the last look, as far as it is
 * taken soon. Returns the exit status.
 */
static int drain_last(struct capture *c)
{
	size_t left = 0, taken;
	int err = 0;

	for (struct source *s = c->sources; s < c->sources + c->n_sources; s++)
		if (!s->ended)
			left += source_pending(s);
	while (!err && left && !limit_reached(c) && stop_grace_ms()) {
		batch_fill(&c->batch, batch_size(c));
		if (!c->batch.n && !c->batch.blocked && !c->batch.more)
			break;
		taken = batch_bytes(&c->batch);
		left -= taken < left ? taken : left;
		err = handle_batch(c);
	}
	/* Nobody takes it: then it stays in the rings. */
	return err && err != -EAGAIN ? write_failed(c, err) : EXIT_OK;
}

/* Returns the exit status. */
static int run(struct capture *c)
{
	static const struct timespec none;
	bool caught_up, some;
	int err;

	look_for_gone(c);
	while (!stop_requested() && !c->over) {
		err = drain(c, &caught_up, &some);
		if (err == -EAGAIN && stop_requested())
			return EXIT_OK; /* as in drain_last() */
		if (err)
			return write_failed(c, err);
		if (limit_reached(c))
			return EXIT_OK;
		if (!end_sources(c))
			return EXIT_FAILED;
		if (!caught_up)
			err = wait_for_news(c, &none);
		else if (some && !c->o->immediate)
			err = rest(c, XDPTAP_WAKEUP_HALF);
		else
			err = rest(c, XDPTAP_WAKEUP_NEXT);
		if (err)
			return write_failed(c, err);
	}
	return c->over ? EXIT_OK : drain_last(c);
}

/* Opens what packets are written to. Returns 0 or -errno. */
static int open_writer(struct capture *c)
{
	c->writes = !c->o->quiet || c->o->out.path;
	if (!c->writes)
		return 0;
	return writer_open(&c->writer, &c->o->format, &c->o->out, c->o->each, c->sources,
			   c->n_sources);
}

static void say_what_was_written(const struct capture *c)
{
	const struct writer *w = &c->writer;

	if (!c->o->out.path)
		return;
	if (w->file.opened > 1)
		diag_note("%" PRIu64 " packet%s written to %" PRIu64 " files, the last of them %s",
			  w->packets, w->packets == 1 ? "" : "s", w->file.opened, w->file.last);
	else
		diag_note("%" PRIu64 " packet%s written to %s", w->packets,
			  w->packets == 1 ? "" : "s", w->file.last);
}

/* Ends the file, and says what became of it all. Returns the exit status. */
static int end(struct capture *c, int status)
{
	int err;

	err = c->writes && !c->failed ? writer_finish(&c->writer) : 0;
	if (err && write_failed(c, err) != EXIT_OK)
		status = EXIT_FAILED;
	err = print_summary(c, true);
	if (err && status == EXIT_OK)
		status = write_failed(c, err);
	say_what_was_written(c);
	return status;
}

int capture_run(struct source *sources, size_t n_sources, const struct capture_options *o)
{
	struct capture *c = calloc(1, sizeof(*c));
	int status = EXIT_FAILED, err;

	if (!c) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	*c = (struct capture){
		.o = o,
		.sources = sources,
		.n_sources = n_sources,
		.epoll_fd = -1,
		.timer_fd = -1,
		.rotate_fd = -1,
		.monitor = TAP_MONITOR_CLOSED,
		.writer = WRITER_CLOSED,
	};
	err = open_writer(c);
	if (err) {
		status = write_failed(c, err);
		goto out;
	}
	err = start(c);
	if (err) {
		diag_error("can't get ready to wait for packets: %s", strerror(-err));
		goto out;
	}
	status = end(c, run(c));
out:
	writer_close(&c->writer);
	postrotate_wait(&c->writer.file.postrotate);
	if (c->writer.file.postrotate.failed)
		status = EXIT_FAILED;
	postrotate_close(&c->writer.file.postrotate);
	finish(c);
	free(c);
	return status;
}
