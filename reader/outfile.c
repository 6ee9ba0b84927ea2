// SPDX-License-Identifier: BSD-2-Clause
/*
 * Opens and rotates the files of -w. Used by writer.c, which knows what is in them; outfile_name.c
 * says which file comes next.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "reader/outfile.h"
#include "reader/outfile_name.h"
#include "reader/outfile_path.h"
#include "reader/pcapng_end.h"
#include "reader/sink.h"
#include "pin/cli/stop.h"

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

static bool rotates(const struct outfile *f)
{
	return f->o->rotate_bytes || f->o->rotate_ns || f->in_turn;
}

/*
 * Prepares the end of a file that is to be continued, and removes a torn last block. Returns 0,
 * -EEXIST if the file is not one that can be continued, or -errno.
 */
static int continue_file(struct outfile *f, off_t size)
{
	off_t end;
	int err = pcapng_end(f->fd, &end);

	if (err)
		return err == -EINVAL || err == -EBADF ? -EEXIST : err;
	if (end < size) {
		diag_note(
			"%s: the last %lld bytes are not a whole block; they are removed, and new "
			"packets follow",
			f->name, (long long)(size - end));
		if (ftruncate(f->fd, end))
			return -errno;
	}
	f->bytes = (uint64_t)end;
	return lseek(f->fd, end, SEEK_SET) < 0 ? -errno : 0;
}

/*
 * Takes the opened file, and truncates it once nothing else can fail. Returns 0, -EEXIST if it has
 * to be left alone, or -errno.
 */
static int take_file(struct outfile *f)
{
	enum outfile_existing existing = outfile_name_existing(f);
	struct stat st;
	int err;

	f->is_file = false;
	f->bytes = 0;
	if (fstat(f->fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode)) {
		f->doing = "rotate";
		return rotates(f) ? -EOPNOTSUPP : 0;
	}
	/* Another reader writes files of these names. Not every file system has locks. */
	if (rotates(f) && flock(f->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return -EEXIST;
	if (st.st_size && existing == OUTFILE_KEEP)
		return -EEXIST;
	err = make_private(f->fd, &st);
	if (!err && st.st_size && existing == OUTFILE_APPEND)
		err = continue_file(f, st.st_size);
	if (err)
		return err;
	f->is_file = true;
	return ftruncate(f->fd, (off_t)f->bytes) ? -errno : 0;
}

/* Opens and takes the file that is named. Returns what take_file() does. */
static int try_named(struct outfile *f)
{
	/* A command that still runs on this name must not see another file. */
	int err = postrotate_wait_for(&f->postrotate, f->name);

	if (err)
		return err;
	f->fd = outfile_path_open(f->name, &f->why);
	if (f->fd < 0) {
		err = f->fd;
		f->fd = -1;
		return err;
	}
	return take_file(f);
}

/* `err` is that of naming the file. */
static int open_named(struct outfile *f, int err)
{
	f->doing = "open";
	f->why = NULL;
	f->skipped = 0;
	if (!err)
		err = try_named(f);
	while (err == -EEXIST) {
		close(f->fd);
		f->fd = -1;
		err = outfile_name_skip(f);
		if (!err)
			err = try_named(f);
	}
	if (err)
		return err;
	f->write_fd = f->is_file ? f->fd : stop_guard(f->fd);
	if (f->write_fd < 0)
		return f->write_fd;
	f->opened++;
	strcpy(f->last, f->name);
	return 0;
}

bool outfile_rotates(const struct outfile_options *o)
{
	return o->rotate_bytes || o->rotate_ns;
}

/* Returns 0, also if that is known only when a file is opened, or -errno. */
static int check_directory(const struct outfile *f)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(f->name, '/');
	int len = slash ? (int)(slash - f->name) : 1;

	/* "x" is in ".", and "/x" in "/". */
	snprintf(dir, sizeof(dir), "%.*s", slash == f->name ? 1 : len, slash ? f->name : ".");
	return access(dir, W_OK | X_OK) && errno != ENOENT && errno != ENOTDIR ? -errno : 0;
}

bool outfile_can_follow(const struct outfile *f)
{
	return f->is_file && !check_directory(f);
}

/*
 * The first file may be there already, or have been made with more rights than this process has
 * left: so that of the directory is checked before anything is captured.
 */
static int open_first(struct outfile *f)
{
	int err = outfile_name_first(f);

	if (!err && outfile_rotates(f->o)) {
		f->doing = "make files beside";
		err = check_directory(f);
		if (err)
			return err;
	}
	return open_named(f, err);
}

int outfile_open(struct outfile *f, const struct outfile_options *o)
{
	f->o = o;
	f->postrotate.name = o->command;
	f->postrotate.runner_fd = o->runner_fd;
	f->doing = "open";
	if (!o->path || !strcmp(o->path, "-")) {
		strcpy(f->name, "stdout");
		strcpy(f->last, f->name);
		f->fd = STDOUT_FILENO;
		f->write_fd = stop_guard(f->fd);
		return f->write_fd < 0 ? f->write_fd : 0;
	}
	return open_first(f);
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
	return open_named(f, outfile_name_next(f, by_time));
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

	f->why = NULL;
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
