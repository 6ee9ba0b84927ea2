// SPDX-License-Identifier: BSD-2-Clause
/* Names the files of -w, so that none is lost that an earlier run wrote; used by outfile.c. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "pin/now.h"
#include "reader/outfile_name.h"

/* -C with -W: a fixed number of files, which are reused. */
static bool in_ring(const struct outfile *f)
{
	return f->o->rotate_bytes && f->o->files;
}

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

	if (!in_ring(f))
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

static bool is_older(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec < b->st_mtim.tv_sec
						      : a->st_mtim.tv_nsec < b->st_mtim.tv_nsec;
}

/* An earlier run's ring of files goes on with the first that is missing, or with the oldest. */
static int name_oldest(struct outfile *f)
{
	struct stat st, oldest = { 0 };
	uint64_t number = 0;
	int err;

	for (f->in_turn = 0; f->in_turn < f->o->files; f->in_turn++) {
		err = name_file(f);
		if (err)
			return err;
		if (stat(f->name, &st) || !st.st_size) {
			number = f->in_turn;
			break;
		}
		if (!f->in_turn || is_older(&st, &oldest)) {
			oldest = st;
			number = f->in_turn;
		}
	}
	f->in_turn = number;
	return name_file(f);
}

static int name_slice_and_file(struct outfile *f)
{
	int err = name_slice(f);

	if (err)
		return err;
	f->in_turn = 0;
	return in_ring(f) ? name_oldest(f) : name_file(f);
}

int outfile_name_first(struct outfile *f)
{
	int err = name_slice_and_file(f);
	struct stat st;

	/* Then -G without strftime fields must not replace it at the next interval either. */
	if (!err)
		f->earlier = !stat(f->name, &st) && st.st_size;
	return err;
}

int outfile_name_next(struct outfile *f, bool by_time)
{
	if (by_time)
		return name_slice_and_file(f);
	f->in_turn++;
	if (in_ring(f))
		f->in_turn %= f->o->files;
	return name_file(f);
}

int outfile_name_skip(struct outfile *f)
{
	f->skipped++;
	if (in_ring(f) && f->skipped == f->o->files)
		return -EWOULDBLOCK;
	return outfile_name_next(f, false);
}

enum outfile_existing outfile_name_existing(const struct outfile *f)
{
	if (in_ring(f))
		return OUTFILE_REPLACE;
	if (f->in_turn || f->o->rotate_bytes)
		return OUTFILE_KEEP;
	if (f->o->rotate_ns)
		return f->earlier || strchr(f->o->path, '%') ? OUTFILE_APPEND : OUTFILE_REPLACE;
	return OUTFILE_REPLACE;
}

#define SECONDS_PER_DAY 86400

static int second_of_day(const struct tm *tm)
{
	return tm->tm_hour * 3600 + tm->tm_min * 60 + tm->tm_sec;
}

time_t outfile_name_next_multiple(time_t now, int seconds)
{
	struct tm today, tm;
	time_t next;

	localtime_r(&now, &today);
	next = now + seconds - second_of_day(&today) % seconds;
	localtime_r(&next, &tm);
	if (second_of_day(&tm) % seconds == 0)
		return next;
	/* Summer time begins or ends before that. */
	next = (second_of_day(&today) / seconds + 1) * seconds;
	today.tm_hour = (int)next / 3600;
	today.tm_min = (int)next / 60 % 60;
	today.tm_sec = (int)next % 60;
	today.tm_isdst = -1;
	next = mktime(&today);
	return next > now ? next : now + seconds;
}

uint64_t outfile_name_end_ns(const struct outfile_options *o, clockid_t *clock)
{
	uint64_t seconds = o->rotate_ns / NS_PER_SEC;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (!seconds || SECONDS_PER_DAY % seconds) {
		*clock = CLOCK_MONOTONIC;
		return now_ns(*clock) + o->rotate_ns - (uint64_t)now.tv_nsec;
	}
	*clock = CLOCK_REALTIME;
	return (uint64_t)outfile_name_next_multiple(now.tv_sec, (int)seconds) * NS_PER_SEC;
}
