// SPDX-License-Identifier: BSD-2-Clause
/* loader/dir.c: the directory of a tap, in an ordinary file system; without privileges. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "loader/dir.h"
#include "pin/tap_name.h"

static char bpffs[] = "/tmp/xdptap-dir.XXXXXX";
static const struct tap_name name = { bpffs, "t0" };

static const char *at(const char *dir, const char *file)
{
	static char path[4][256];
	static unsigned int i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s/xdptap/%s/%s", bpffs, dir, file);
	return path[i];
}

static void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static int lock(void)
{
	int fd = dir_lock(&name, true);

	assert_true(fd >= 0);
	return fd;
}

static void removes_our_pins_and_itself(void **state)
{
	static const char *const pins[] = {
		"meta",      "packet_ringbuf", "packet_ringbuf_1", "packet_ringbuf_17",
		"stats_map", "wakeup",         "doorbell"
	};
	char entry[NAME_MAX + 1];
	int fd = lock();

	(void)state;
	assert_int_equal(dir_entry(fd, entry), 0);
	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
		make_file(at("t0", pins[i]));
	assert_int_equal(dir_entry(fd, entry), 1);
	assert_int_equal(dir_remove(&name, fd), 0);
	assert_int_equal(access(at("", ""), F_OK), -1);
	close(fd);
}

static void keeps_files_of_others(void **state)
{
	char entry[NAME_MAX + 1];
	int fd = lock();

	(void)state;
	make_file(at("t0", "meta"));
	make_file(at("t0", "else"));
	assert_int_equal(dir_remove(&name, fd), -ENOTEMPTY);
	assert_int_equal(dir_entry(fd, entry), 1);
	assert_string_equal(entry, "else");
	assert_int_equal(access(at("t0", "meta"), F_OK), -1);
	assert_int_equal(unlink(at("t0", "else")), 0);
	assert_int_equal(dir_remove(&name, fd), 0);
	close(fd);
}

/* Somebody puts another directory in its place while it is locked. */
static void leaves_another_directory_of_its_name_alone(void **state)
{
	int fd = lock();

	(void)state;
	make_file(at("t0", "meta"));
	assert_int_equal(rename(at("t0", ""), at("moved", "")), 0);
	assert_int_equal(mkdir(at("t0", ""), 0700), 0);
	make_file(at("t0", "meta"));
	assert_int_equal(dir_remove(&name, fd), 0);
	assert_int_equal(access(at("moved", "meta"), F_OK), -1);
	assert_int_equal(access(at("t0", "meta"), F_OK), 0);
	close(fd);
	assert_int_equal(rmdir(at("moved", "")), 0);
	fd = lock();
	assert_int_equal(dir_remove(&name, fd), 0);
	close(fd);
}

static void without_a_directory(void **state)
{
	(void)state;
	assert_int_equal(dir_lock(&name, false), -ENOENT);
	assert_int_equal(dir_remove_root(bpffs), 0);
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(bpffs) ? 0 : -1;
}

static int remove_root(void **state)
{
	(void)state;
	return rmdir(bpffs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removes_our_pins_and_itself),
		cmocka_unit_test(keeps_files_of_others),
		cmocka_unit_test(leaves_another_directory_of_its_name_alone),
		cmocka_unit_test(without_a_directory),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
