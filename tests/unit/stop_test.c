// SPDX-License-Identifier: BSD-2-Clause
/* stop.c and sink.c: a pipe that nobody empties never holds up the end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "reader/sink.h"
#include "pin/cli/standard_fds.h"
#include "pin/cli/stop.h"

enum { HANGS_AFTER_S = 20 };

static const char zeros[1 << 20];
static int pipe_fds[2];

static int open_pipe(void **state)
{
	(void)state;
	return pipe(pipe_fds);
}

static int close_pipe(void **state)
{
	(void)state;
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return 0;
}

/* Signals are for a whole process, so each case has its own. */
static pid_t start(int (*body)(void))
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		alarm(HANGS_AFTER_S);
		standard_fds_prepare(); /* as main() does: no SIGPIPE */
		_exit(stop_init() ? 99 : body());
	}
	return pid;
}

/* The line in which `body` found a fault, 0 if none. */
static void assert_ends_well(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		fail_msg("killed by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status))
		fail_msg("check %d failed", WEXITSTATUS(status));
}

#define CHECK(number, condition)       \
	do {                           \
		if (!(condition))      \
			return number; \
	} while (0)

static void fill(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (write(fd, zeros, 4096) > 0)
		;
	fcntl(fd, F_SETFL, 0);
}

static int bytes_in_pipe(void)
{
	int n = 0;

	ioctl(pipe_fds[0], FIONREAD, &n);
	return n;
}

static int write_until_stopped(void)
{
	int fd = stop_guard(pipe_fds[1]);
	size_t done;

	CHECK(1, fd > 2);
	CHECK(2, sink_write(fd, zeros, sizeof(zeros), &done) == -EINTR);
	CHECK(3, stop_requested());
	CHECK(4, (int)done == bytes_in_pipe());
	CHECK(5, sink_write(fd, zeros, 1, &done) == -EINTR && !done);
	return 0;
}

static void each_signal_ends_a_blocked_write(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	int capacity = fcntl(pipe_fds[1], F_GETPIPE_SZ);
	pid_t pid;

	(void)state;
	for (int i = 0; i < 3; i++) {
		pid = start(write_until_stopped);
		while (bytes_in_pipe() < capacity)
			usleep(1000);
		kill(pid, signals[i]);
		assert_ends_well(pid);
		close_pipe(NULL);
		assert_int_equal(open_pipe(NULL), 0);
	}
}

/* The signal that comes after the last look, and before write() blocks. */
static int write_after_the_signal(void)
{
	int fd = stop_guard(pipe_fds[1]);

	fill(pipe_fds[1]);
	raise(SIGTERM);
	CHECK(1, write(fd, zeros, 1) < 0 && errno == EPIPE);
	CHECK(2, fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(3, fcntl(pipe_fds[1], F_GETFD) >= 0);
	return 0;
}

static void no_write_blocks_after_the_signal(void **state)
{
	(void)state;
	assert_ends_well(start(write_after_the_signal));
}

static int poll_for_stop(void)
{
	struct pollfd p = { .fd = stop_fd(), .events = POLLIN };

	CHECK(1, !stop_requested() && poll(&p, 1, 0) == 0);
	raise(SIGINT);
	raise(SIGINT); /* timeout(1) sends it twice */
	CHECK(2, stop_requested() && poll(&p, 1, 0) == 1);
	return 0;
}

static void poll_is_woken(void **state)
{
	(void)state;
	assert_ends_well(start(poll_for_stop));
}

/* A pipe that others made non-blocking: waits for room all the same. */
static void non_blocking_pipe(void **state)
{
	int capacity = fcntl(pipe_fds[1], F_GETPIPE_SZ);
	pid_t pid;

	(void)state;
	fcntl(pipe_fds[1], F_SETFL, O_NONBLOCK);
	pid = start(write_until_stopped);
	while (bytes_in_pipe() < capacity)
		usleep(1000);
	kill(pid, SIGTERM);
	assert_ends_well(pid);
}

static int write_to_closed_pipe(void)
{
	int fd = stop_guard(pipe_fds[1]);
	size_t done;

	close(pipe_fds[0]);
	CHECK(1, sink_write(fd, zeros, 1, &done) == -EPIPE && !done);
	CHECK(2, !stop_requested());
	return 0;
}

static void closed_pipe(void **state)
{
	(void)state;
	close(pipe_fds[0]);
	assert_ends_well(start(write_to_closed_pipe));
	pipe_fds[0] = -1;
}

static int last_words(void)
{
	char got[8];
	size_t done;

	raise(SIGTERM);
	CHECK(1, !sink_write_last(pipe_fds[1], "bye", 3, &done) && done == 3);
	CHECK(2, read(pipe_fds[0], got, sizeof(got)) == 3 && !memcmp(got, "bye", 3));
	fill(pipe_fds[1]);
	CHECK(3, sink_write_last(pipe_fds[1], "bye", 3, &done) == -EAGAIN && !done);
	return 0;
}

static void last_words_are_not_waited_for_long(void **state)
{
	(void)state;
	assert_ends_well(start(last_words));
}

static int ignore_hangup(void)
{
	raise(SIGHUP);
	CHECK(1, !stop_requested());
	raise(SIGTERM);
	CHECK(2, stop_requested());
	return 0;
}

static void nohup(void **state)
{
	(void)state;
	signal(SIGHUP, SIG_IGN);
	assert_ends_well(start(ignore_hangup));
	signal(SIGHUP, SIG_DFL);
}

#define pipe_test(f) cmocka_unit_test_setup_teardown(f, open_pipe, close_pipe)

int main(void)
{
	const struct CMUnitTest tests[] = {
		pipe_test(each_signal_ends_a_blocked_write),
		pipe_test(no_write_blocks_after_the_signal),
		pipe_test(poll_is_woken),
		pipe_test(non_blocking_pipe),
		pipe_test(closed_pipe),
		pipe_test(last_words_are_not_waited_for_long),
		pipe_test(nohup),
	};

	signal(SIGHUP, SIG_DFL); /* these tests may run under nohup themselves */
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
