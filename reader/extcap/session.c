// SPDX-License-Identifier: BSD-2-Clause
/*
 * The answer to --capture; used by main.c. xdptap-reader writes to the pipe itself. A tap that
 * exists stays as it is, and the reader applies the filter; otherwise a tap is made, and the kernel
 * does.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "pin/cli/stop.h"
#include "pin/cli/tap_error.h"
#include "pin/counters.h"
#include "pin/tap.h"
#include "pin/tap_find.h"
#include "reader/extcap/child.h"
#include "reader/extcap/own_tap.h"
#include "reader/extcap/session.h"

/* How often to look whether the other end of the pipe is there. */
#define OPEN_PIPE_MS 10
/* How long to wait for dumpcap when there is nothing to capture. */
#define REFUSAL_MS 5000

struct session {
	const struct request *r;
	char ifname[IF_NAMESIZE];
	bool any, own;
	int parent_fd; /* readable when whoever started us has ended; -1: unknown */
	int fifo_fd;
	struct tap tap; /* for its counters; closed with `any` */
	uint64_t lost;  /* of the tap, before this capture */
};

/* Returns whether whoever started us wants no more. */
static bool is_over(const struct session *s, int wait_ms)
{
	struct pollfd fds[] = { { .fd = stop_fd(), .events = POLLIN },
				{ .fd = s->parent_fd, .events = POLLIN } };

	return (poll(fds, 2, wait_ms) > 0 && (fds[0].revents || fds[1].revents)) ||
	       stop_requested();
}

/* dumpcap may open its end later. Returns 0, -EINTR if that never came, or -errno. */
static int open_fifo(struct session *s, int wait_ms)
{
	int flags;

	do {
		s->fifo_fd = open(s->r->fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		wait_ms -= OPEN_PIPE_MS;
	} while (s->fifo_fd < 0 && errno == ENXIO && wait_ms > 0 && !is_over(s, OPEN_PIPE_MS));
	if (s->fifo_fd < 0)
		return errno == ENXIO ? -EINTR : -errno;
	flags = fcntl(s->fifo_fd, F_GETFL);
	return flags < 0 || fcntl(s->fifo_fd, F_SETFL, flags & ~O_NONBLOCK) ? -errno : 0;
}

static int start_reader(const struct session *s, struct child *reader)
{
	const char *argv[16] = { "xdptap-reader", "--bpffs", s->r->shared.bpffs, "-w", "-",
				 "--synthesize" };
	size_t n = 6;

	if (!s->own && request_filters(s->r)) {
		argv[n++] = "-f";
		argv[n++] = s->r->filter;
	}
	argv[n++] = "--";
	if (!s->any)
		argv[n++] = "dev";
	argv[n++] = s->any ? REQUEST_ANY : s->ifname;
	return child_start(reader, argv, s->fifo_fd, true);
}

/* Returns whether the reader ended by itself. */
static bool wait_for_end(const struct session *s, int reader_fd)
{
	struct pollfd fds[] = { { .fd = reader_fd, .events = POLLIN },
				{ .fd = stop_fd(), .events = POLLIN },
				{ .fd = s->parent_fd, .events = POLLIN },
				{ .fd = s->fifo_fd } }; /* POLLERR: nobody reads it any more */

	while (poll(fds, 4, -1) < 0 && errno == EINTR && !stop_requested())
		;
	return fds[0].revents && !stop_requested();
}

static int read_tap(const struct session *s)
{
	struct child reader = CHILD_NONE;
	int err = start_reader(s, &reader), reader_fd = -1, status = EXIT_FAILED;
	bool by_itself;

	if (!err) {
		reader_fd = pidfd_open(reader.pid, 0);
		if (reader_fd < 0)
			diag_error("can't watch xdptap-reader: %s", strerror(errno));
		by_itself = reader_fd < 0 || wait_for_end(s, reader_fd);
		kill(reader.pid, SIGTERM);
		status = child_wait(&reader);
		if (by_itself && status)
			child_relay(&reader);
		if (reader_fd < 0)
			status = EXIT_FAILED;
		else if (!by_itself)
			status = EXIT_OK;
	} else {
		diag_error("can't start xdptap-reader: %s", strerror(-err));
	}
	if (reader_fd >= 0)
		close(reader_fd);
	child_close(&reader);
	return status ? EXIT_FAILED : EXIT_OK;
}

static int write_to_fifo(struct session *s)
{
	int err = open_fifo(s, INT_MAX), status = EXIT_OK;

	if (!err)
		status = read_tap(s);
	else if (err != -EINTR) {
		diag_error("can't open the pipe %s: %s", s->r->fifo, strerror(-err));
		status = EXIT_FAILED;
	}
	if (s->fifo_fd >= 0)
		close(s->fifo_fd);
	return status;
}

/*
 * A capture that can't begin: if this process ends before tshark looks after it, dumpcap waits at
 * the pipe for ever, unless somebody has opened and closed it.
 */
static void refuse(struct session *s)
{
	if (!open_fifo(s, REFUSAL_MS))
		close(s->fifo_fd);
}

static uint64_t lost_so_far(const struct session *s)
{
	struct packet_stats total;

	return counters_total(s->tap.stats_fd, &total) ? 0 : total.dropped;
}

static void report_loss(const struct session *s)
{
	uint64_t lost = lost_so_far(s);

	if (lost <= s->lost)
		return;
	diag_error("%s: %llu packets were lost: the ring buffers were full", s->ifname,
		   (unsigned long long)(lost - s->lost));
	diag_hint(
		"capture less by a filter or fewer bytes of each frame, or use larger ring buffers");
}

/* Returns 1 if there is a tap, which is open then; 0 if there is none, or -errno after saying why
 * that can't be known. */
static int find_tap(struct session *s)
{
	const struct tap_name name = { s->r->shared.bpffs, s->ifname };
	struct reason reason;
	int err = tap_find(name.bpffs, s->r->ifname, s->ifname, &reason);

	if (err) {
		tap_error_open(s->r->ifname, err, &reason);
		return err;
	}
	err = tap_open(&name, TAP_STATS, &s->tap, &reason);
	if (err && err != -ENOENT)
		tap_error_open(s->ifname, err, &reason);
	return err == -ENOENT ? 0 : err ? err : 1;
}

static int with_existing_tap(struct session *s)
{
	int status;

	s->lost = lost_so_far(s);
	status = write_to_fifo(s);
	report_loss(s);
	return status;
}

static int with_own_tap(struct session *s)
{
	const struct tap_name name = { s->r->shared.bpffs, s->ifname };
	struct own_tap own = { 0 };
	struct reason reason;
	int status = own_tap_attach(&own, s->r, &name);

	if (status) {
		refuse(s);
		return status;
	}
	s->own = true;
	if (tap_open(&name, TAP_STATS, &s->tap, &reason)) {
		diag_error("%s: %s", s->ifname, reason.text);
		status = EXIT_FAILED;
	} else {
		status = write_to_fifo(s);
		report_loss(s);
	}
	return own_tap_detach(&own) || status ? EXIT_FAILED : EXIT_OK;
}

int session_run(const struct request *r)
{
	struct session s = { .r = r, .fifo_fd = -1, .tap = TAP_CLOSED };
	int status, there;

	s.any = !strcmp(r->ifname, REQUEST_ANY);
	s.parent_fd = pidfd_open(getppid(), 0);
	if (s.any) {
		status = write_to_fifo(&s);
	} else {
		there = find_tap(&s);
		if (there < 0) {
			refuse(&s);
			status = EXIT_FAILED;
		} else {
			status = there ? with_existing_tap(&s) : with_own_tap(&s);
		}
	}
	tap_close(&s.tap);
	if (s.parent_fd >= 0)
		close(s.parent_fd);
	return status;
}
