// SPDX-License-Identifier: BSD-2-Clause
/* runner.c: the names on which it runs the command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <errno.h>
#include <cmocka.h>

#include "reader/runner.h"

/* A reader that was taken over may not have the command run on anything. */
static void names_of_its_files_alone(void **state)
{
	static const struct {
		const char *written, *path;
		bool may;
	} rows[] = {
		{ "x", "x", true },
		{ "x", "x0", true },
		{ "x", "x0017", true },
		{ "x", "y", false },
		{ "x", "x.gz", false },
		{ "x", "x/../../etc/shadow", false },
		{ "x", "/etc/shadow", false },
		{ "/var/a/x", "/var/a/x3", true },
		{ "/var/a/x", "/var/a/y", false },
		{ "/var/a/x", "/var/a/x1/../y", false },
		{ "/var/%F/x", "/var/2026-11-30/x", true },
		{ "/var/%F/x", "/var/../etc/shadow", false },
		{ "/var/%F/x", "/var/a/../../etc/shadow", false },
		{ "/var/%F/x", "/var/a/..", false },
		{ "/var/%F/x", "/var/a/..b", true },
		{ "%F.pcapng", "2026-11-30.pcapng", true },
		{ "%F.pcapng", "2026-11-30.pcapng7", true },
		{ "%F.pcapng", "/etc/shadow", false },
		{ "%F.pcapng", "../etc/shadow", false },
		{ "%F.pcapng", "..", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (runner_may_be_named(rows[i].written, rows[i].path) != rows[i].may)
			fail_msg("-w %s: %s", rows[i].written, rows[i].path);
}

static struct runner_answer ask(const struct runner *r, uint32_t number, const char *path)
{
	struct runner_request request = { .number = number };
	struct runner_answer answer;
	size_t size = offsetof(struct runner_request, path) + strlen(path) + 1;

	strcpy(request.path, path);
	assert_int_equal(send(r->fd, &request, size, 0), size);
	assert_int_equal(recv(r->fd, &answer, sizeof(answer), 0), sizeof(answer));
	assert_int_equal(answer.number, number);
	return answer;
}

static void runs_says_refuses_and_ends(void **state)
{
	static const struct confine_user nobody_else;
	struct runner r = RUNNER_NONE;
	struct runner_answer answer;
	pid_t pid;

	(void)state;
	assert_int_equal(runner_start(&r, "true", "x", &nobody_else), 0);
	answer = ask(&r, 7, "x");
	assert_int_equal(answer.err, 0);
	assert_int_equal(answer.status, 0);
	assert_int_equal(ask(&r, 8, "/etc/shadow").err, EPERM);
	pid = r.pid;
	runner_stop(&r);
	assert_int_equal(r.fd, -1);
	assert_int_equal(waitpid(pid, NULL, 0), -1); /* it was waited for */

	assert_int_equal(runner_start(&r, "false", "x", &nobody_else), 0);
	answer = ask(&r, 1, "x1");
	assert_true(WIFEXITED(answer.status));
	assert_int_equal(WEXITSTATUS(answer.status), 1);
	runner_stop(&r);
	assert_int_equal(runner_start(&r, "./no-such-command", "x", &nobody_else), 0);
	assert_int_equal(ask(&r, 1, "x1").err, ENOENT);
	runner_stop(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_its_files_alone),
		cmocka_unit_test(runs_says_refuses_and_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
