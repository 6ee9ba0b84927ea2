// SPDX-License-Identifier: BSD-2-Clause
/* reader/stats/textfile.c: the old file or the new one, and nothing beside it. */
#include <dirent.h>
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

#include "reader/stats/textfile.h"

static char dir[] = "/tmp/xdptap-textfile-XXXXXX";
static char path[sizeof(dir) + sizeof("/x.prom")];

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir + sizeof(dir) - sizeof("XXXXXX"), "XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/x.prom", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	rmdir(path);
	return rmdir(dir); /* fails if anything else is there */
}

static void assert_holds(const char *want, size_t size)
{
	char got[4096] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_int_equal(fread(got, 1, sizeof(got), f), size);
	assert_memory_equal(got, want, size);
	fclose(f);
}

static void names(void **state)
{
	(void)state;
	assert_true(textfile_name_fits("x.prom"));
	assert_true(textfile_name_fits("/a/b.c/x.prom"));
	assert_true(textfile_name_fits(".prom"));
	assert_false(textfile_name_fits(""));
	assert_false(textfile_name_fits("prom"));
	assert_false(textfile_name_fits("x.prom/"));
	assert_false(textfile_name_fits("x.prom.1"));
}

static void made_and_replaced(void **state)
{
	struct stat st;
	mode_t before = umask(077);

	(void)state;
	assert_int_equal(textfile_replace(path, "one\n", 4), 0);
	assert_holds("one\n", 4);
	assert_int_equal(textfile_replace(path, "a second\n", 9), 0);
	assert_holds("a second\n", 9);
	assert_int_equal(textfile_replace(path, "", 0), 0);
	assert_holds("", 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	umask(before);
}

static void a_directory_is_not_replaced(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(textfile_replace(path, "one\n", 4), -EISDIR);
	assert_int_equal(textfile_replace("/nonexistent/x.prom", "one\n", 4), -ENOENT);
}

/* In the middle of the second page. */
static void no_room_for_all_of_it(void **state)
{
	const struct rlimit limit = { 6000, RLIM_INFINITY };
	struct rlimit before;
	char text[9000];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(textfile_replace(path, "one\n", 4), 0);
	getrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(textfile_replace(path, text, sizeof(text)), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_holds("one\n", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test_setup_teardown(made_and_replaced, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_directory_is_not_replaced, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(no_room_for_all_of_it, make_dir, remove_dir),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
