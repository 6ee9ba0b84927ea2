// SPDX-License-Identifier: BSD-2-Clause
/*
 * Opens, names and rotates the files of -w as tcpdump does. Used by writer.c, which knows what is
 * in them.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "reader/outfile.h"
#include "reader/sink.h"
#include "pin/cli/stop.h"

#define FIFO_RETRY_MS 100

/* With -G the name may contain strftime(3) fields. Returns 0 or -ENAMETOOLONG. */
static int name_slice(struct outfile *f)
{
	const char *path = f->o->path;
	struct timespec now;
	struct tm tm;

	if (!f->o->rotate_ns) {
		if (strlen(path) >= sizeof(f->slice))
			return -ENAMETOOLONG;
		strcpy(f->slice, path);
		return 0;
	}
	/* Not time(2), which may still return the previous second. */
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
/* The format is the user's: that is what this option is for. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return strftime(f->slice, sizeof(f->slice), path, &tm) ? 0 : -ENAMETOOLONG;
}

/* As many digits as the last number of -W has. */
static int number_width(const struct outfile *f)
{
	int width = 0;

	if (!f->o->rotate_bytes || !f->o->files)
		return 0;
	for (uint64_t last = f->o->files - 1; last; last /= 10)
		width++;
	return width;
}

static int name_file(struct outfile *f)
{
	int width = number_width(f), len;

	if (!width && !f->in_turn)
		len = snprintf(f->name, sizeof(f->name), "%s", f->slice);
	else
		len = snprintf(f->name, sizeof(f->name), "%s%0*" PRIu64, f->slice, width,
			       f->in_turn);
	return len < (int)sizeof(f->name) ? 0 : -ENAMETOOLONG;
}

/* open(2) would wait until somebody reads the FIFO, even after a signal. */
static int open_fifo(const char *name)
{
	struct pollfd stop = { .fd = stop_fd(), .events = POLLIN };
	int fd;

	for (;;) {
		fd = open(name, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0)
			return fd;
		if (errno != ENXIO && errno != EINTR)
			return -errno;
		if (stop_requested())
			return -EINTR;
		poll(&stop, 1, FIFO_RETRY_MS);
	}
}

static int open_path(const char *name)
{
	struct stat st;
	int fd;

	if (!stat(name, &st) && S_ISFIFO(st.st_mode))
		return open_fifo(name);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	return fd < 0 ? -errno : fd;
}

/* Makes an existing file as private as a new one. Returns 0 or -errno. */
static int make_private(int fd, const struct stat *st)
{
	if (!(st->st_mode & 077) || !fchmod(fd, 0600))
		return 0;
	/* The file system has no modes: vfat returns EPERM for our own file. */
	if (errno == EOPNOTSUPP || errno == ENOSYS || (errno == EPERM && st->st_uid == geteuid()))
		return 0;
	return -errno;
}

/* Truncates the file once nothing else can fail. Returns 0 or -errno. */
static int take_file(struct outfile *f)
{
	struct stat st;
	int err;

	f->is_file = false;
	if (fstat(f->fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	err = make_private(f->fd, &st);
	if (err)
		return err;
	f->is_file = true;
	return ftruncate(f->fd, 0) ? -errno : 0;
}

static int open_named(struct outfile *f)
{
	int err;

	f->doing = "open";
	err = name_file(f);
	/* A command that still runs on this name must not see another file. */
	if (!err)
		err = postrotate_wait_for(&f->postrotate, f->name);
	if (err)
		return err;
	f->fd = open_path(f->name);
	if (f->fd < 0) {
		err = f->fd;
		f->fd = -1;
		return err;
	}
	err = take_file(f);
	if (err)
		return err;
	if (!f->is_file && (f->o->rotate_bytes || f->o->rotate_ns)) {
		f->doing = "rotate";
		return -EOPNOTSUPP;
	}
	f->write_fd = f->is_file ? f->fd : stop_guard(f->fd);
	if (f->write_fd < 0)
		return f->write_fd;
	f->bytes = 0;
	f->opened++;
	strcpy(f->last, f->name);
	return 0;
}

int outfile_open(struct outfile *f, const struct outfile_options *o)
{
	int err;

	f->o = o;
	f->postrotate.name = o->command;
	f->doing = "open";
	if (!o->path || !strcmp(o->path, "-")) {
		strcpy(f->name, "stdout");
		strcpy(f->last, f->name);
		f->fd = STDOUT_FILENO;
		f->write_fd = stop_guard(f->fd);
		return f->write_fd < 0 ? f->write_fd : 0;
	}
	err = name_slice(f);
	return err ? err : open_named(f);
}

int outfile_close(struct outfile *f)
{
	int err = 0;

	/* main() closes stdout. */
	if (f->write_fd >= 0 && f->write_fd != f->fd)
		close(f->write_fd);
	if (f->fd >= 0 && f->fd != STDOUT_FILENO) {
		err = close(f->fd) ? -errno : 0;
		if (err)
			f->doing = "close";
		if (f->is_file && f->postrotate.name)
			postrotate_start(&f->postrotate, f->name);
	}
	f->fd = f->write_fd = -1;
	return err;
}

int outfile_next(struct outfile *f, bool by_time)
{
	int err;

	if (by_time) {
		f->in_turn = 0;
		f->doing = "name";
		err = name_slice(f);
		if (err)
			return err;
	} else if (++f->in_turn == f->o->files) {
		f->in_turn = 0; /* never without -W */
	}
	return open_named(f);
}

bool outfile_full(const struct outfile *f, size_t more)
{
	return f->o->rotate_bytes && f->bytes + more > f->o->rotate_bytes;
}

bool outfile_last(const struct outfile *f)
{
	return f->o->files && !f->o->rotate_bytes && f->opened == f->o->files;
}

/* A file takes everything at once, so a signal does not stop a write halfway. */
static int write_file(int fd, const char *buf, size_t size, size_t *done)
{
	ssize_t n;

	for (*done = 0; *done < size; *done += (size_t)n) {
		n = write(fd, buf + *done, size - *done);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -errno;
	}
	return 0;
}

int outfile_write(struct outfile *f, const char *buf, size_t size, size_t *done)
{
	int err;

	f->doing = "write to";
	if (f->is_file)
		err = write_file(f->fd, buf, size, done);
	else if (stop_requested())
		err = sink_write_last(f->fd, buf, size, done);
	else
		err = sink_write(f->write_fd, buf, size, done);
	f->bytes += *done;
	return err;
}

void outfile_cut(struct outfile *f, size_t excess)
{
	if (f->is_file && !ftruncate(f->fd, (off_t)(f->bytes - excess)))
		f->bytes -= excess;
}

int outfile_wait_commands(struct outfile *f)
{
	int err;

	postrotate_wait(&f->postrotate);
	err = f->postrotate.failed ? -ECHILD : 0;
	postrotate_close(&f->postrotate);
	return err;
}
