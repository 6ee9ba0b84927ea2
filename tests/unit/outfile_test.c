// SPDX-License-Identifier: BSD-2-Clause
/* outfile.c: the names of files in turn, which are tcpdump's, and cutting them. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "reader/outfile_name.h"
#include "reader/runner.h"

static char dir[] = "/tmp/xdptap-outfile.XXXXXX";
static struct outfile f;

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) && !chdir(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return chdir("/") || rmdir(dir);
}

static void open_first(const struct outfile_options *o)
{
	f = (struct outfile)OUTFILE_CLOSED;
	assert_int_equal(outfile_open(&f, o), 0);
}

/* Removes it: a name that comes again is a new file. */
static void close_file(void)
{
	assert_int_equal(outfile_close(&f), 0);
	assert_int_equal(unlink(f.name), 0);
}

static void names_in_turn(void **state)
{
	static const struct {
		uint64_t files;
		const char *first, *second, *last, *after;
		int n; /* opened until `last` */
	} rows[] = {
		{ 0, "x", "x1", "x99", "x100", 100 },
		{ 1, "x", "x", "x", "x", 3 },
		{ 2, "x0", "x1", "x1", "x0", 2 },
		{ 9, "x0", "x1", "x8", "x0", 9 },
		{ 10, "x0", "x1", "x9", "x0", 10 },
		{ 11, "x00", "x01", "x10", "x00", 11 },
		{ 100, "x00", "x01", "x99", "x00", 100 },
		{ 101, "x000", "x001", "x100", "x000", 101 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct outfile_options o = { .path = "x",
						   .rotate_bytes = 1,
						   .files = rows[i].files };

		open_first(&o);
		assert_string_equal(f.name, rows[i].first);
		for (int n = 1; n < rows[i].n; n++) {
			close_file();
			assert_int_equal(outfile_next(&f, false), 0);
			if (n == 1)
				assert_string_equal(f.name, rows[i].second);
			assert_false(outfile_last(&f));
		}
		assert_string_equal(f.name, rows[i].last);
		assert_int_equal(f.opened, rows[i].n);
		close_file();
		assert_int_equal(outfile_next(&f, false), 0);
		assert_string_equal(f.name, rows[i].after);
		close_file();
	}
}

static void names_by_time(void **state)
{
	struct outfile_options o = { .path = "a%%%H", .rotate_ns = 1, .files = 2 };

	(void)state;
	open_first(&o);
	assert_int_equal(strlen(f.name), 4);
	assert_memory_equal(f.name, "a%", 2);
	assert_false(outfile_last(&f));
	close_file();
	assert_int_equal(outfile_next(&f, true), 0);
	assert_true(outfile_last(&f));
	close_file();

	/* -C numbers within each time, with the width of -W, which is no end then. */
	o.path = "%%";
	o.rotate_bytes = 1;
	o.files = 12;
	open_first(&o);
	assert_string_equal(f.name, "%00");
	close_file();
	assert_int_equal(outfile_next(&f, false), 0);
	assert_string_equal(f.name, "%01");
	close_file();
	assert_int_equal(outfile_next(&f, true), 0);
	assert_string_equal(f.name, "%00");
	assert_false(outfile_last(&f));
	close_file();

	/* Without -G it is no format. */
	o = (struct outfile_options){ .path = "%H%%", .rotate_bytes = 1 };
	open_first(&o);
	assert_string_equal(f.name, "%H%%");
	close_file();
}

static void multiples_on_the_local_clock(void **state)
{
	static const struct {
		time_t now;
		int seconds;
		time_t next;
	} rows[] = {
		/* 2026-06-01 12:34:56 CEST */
		{ 1780310096, 60, 1780310100 },
		{ 1780310096, 3600, 1780311600 },
		{ 1780311600, 3600, 1780315200 },
		{ 1780310096, 86400, 1780351200 },
		/* 2026-03-29 00:00 CET: the day has 23 hours, and no hour from 2 to 3. */
		{ 1774738800, 86400, 1774821600 },
		{ 1774744200, 3600, 1774746000 },
		/* 2026-10-25 00:00 CEST: the day has 25 hours. */
		{ 1792879200, 86400, 1792969200 },
	};

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(outfile_name_next_multiple(rows[i].now, rows[i].seconds),
				 rows[i].next);
	/* Between 2 and 3, which comes twice, it always goes on, and not beyond 3. */
	for (time_t now = 1792886400; now < 1792893600; now += 60) {
		assert_true(outfile_name_next_multiple(now, 3600) > now);
		assert_true(outfile_name_next_multiple(now, 3600) <= 1792893600);
	}
	unsetenv("TZ");
	tzset();
}

static void too_long(void **state)
{
	static char path[PATH_MAX + 1];
	struct outfile_options o = { .path = path, .rotate_bytes = 1, .files = 10 };

	(void)state;
	memset(path, 'x', PATH_MAX);
	f = (struct outfile)OUTFILE_CLOSED;
	assert_int_equal(outfile_open(&f, &o), -ENAMETOOLONG);
	path[PATH_MAX - 1] = '\0'; /* and a digit */
	assert_int_equal(outfile_open(&f, &o), -ENAMETOOLONG);
	o.rotate_ns = 1;
	path[PATH_MAX - 1] = 'x';
	assert_int_equal(outfile_open(&f, &o), -ENAMETOOLONG);
	assert_int_equal(f.fd, -1);
	assert_int_equal(f.opened, 0);
}

static off_t size_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(name, &st), 0);
	return st.st_size;
}

static void full_once_it_is_larger(void **state)
{
	const struct outfile_options o = { .path = "x", .rotate_bytes = 100 };
	char bytes[100] = { 0 };
	size_t done;

	(void)state;
	open_first(&o);
	assert_int_equal(outfile_write(&f, bytes, 100, &done), 0);
	assert_int_equal(done, 100);
	assert_false(outfile_full(&f, 0));
	assert_true(outfile_full(&f, 1));
	close_file();
	assert_int_equal(outfile_next(&f, false), 0);
	assert_false(outfile_full(&f, 100));
	close_file();
}

static void what_does_not_fit_is_cut_off(void **state)
{
	const struct outfile_options o = { .path = "x" };
	struct rlimit limit, before;
	char bytes[100] = { 0 };
	size_t done;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	open_first(&o);
	assert_int_equal(outfile_write(&f, bytes, 100, &done), 0);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = 150;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(outfile_write(&f, bytes, 100, &done), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(done, 50);
	assert_int_equal(size_of("x"), 150);
	outfile_cut(&f, 20);
	assert_int_equal(size_of("x"), 130);
	assert_int_equal(f.bytes, 130);
	close_file();
}

/* The command sees the file that was closed, and not the next one of that name. */
static void a_name_waits_for_its_command(void **state)
{
	static const char script[] = "#!/bin/sh\nsleep 0.1\nwc -c <\"$1\" >>said\n";
	static const struct confine_user nobody_else;
	struct runner runner = RUNNER_NONE;
	struct outfile_options o = {
		.path = "x", .rotate_bytes = 1, .files = 2, .command = "./slow"
	};
	const int rounds = 6;
	char text[100] = { 0 };
	size_t done;
	FILE *said;
	int fd;

	(void)state;
	fd = open("slow", O_CREAT | O_WRONLY, 0700);
	assert_int_equal(write(fd, script, sizeof(script) - 1), sizeof(script) - 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(runner_start(&runner, o.command, o.path, &nobody_else), 0);
	o.runner_fd = runner.fd;
	open_first(&o);
	for (int i = 0; i < rounds; i++) {
		assert_int_equal(outfile_write(&f, "1234", 4, &done), 0);
		assert_int_equal(outfile_close(&f), 0);
		assert_true(f.postrotate.running <= 2);
		assert_int_equal(i + 1 < rounds ? outfile_next(&f, false) : 0, 0);
	}
	postrotate_wait(&f.postrotate);
	assert_int_equal(f.postrotate.running, 0);
	assert_false(f.postrotate.failed);
	postrotate_close(&f.postrotate);
	runner_stop(&runner);
	said = fopen("said", "r");
	assert_non_null(said);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, said), 2 * rounds);
	assert_string_equal(text, "4\n4\n4\n4\n4\n4\n");
	fclose(said);
	assert_int_equal(unlink("said") | unlink("slow") | unlink("x0") | unlink("x1"), 0);
}

static void private(void **state)
{
	const struct outfile_options o = { .path = "x" };
	struct stat st;

	(void)state;
	umask(0);
	for (int i = 0; i < 2; i++) {
		if (i)
			assert_int_equal(close(open("x", O_CREAT | O_WRONLY, 0666)), 0);
		open_first(&o);
		assert_int_equal(fstat(f.fd, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		close_file();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_in_turn),
		cmocka_unit_test(names_by_time),
		cmocka_unit_test(multiples_on_the_local_clock),
		cmocka_unit_test(too_long),
		cmocka_unit_test(full_once_it_is_larger),
		cmocka_unit_test(what_does_not_fit_is_cut_off),
		cmocka_unit_test(a_name_waits_for_its_command),
		cmocka_unit_test(private),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
