// SPDX-License-Identifier: BSD-2-Clause
/* Has the command of -z run on closed files; used by outfile.c. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "pin/cli/stop.h"
#include "reader/postrotate.h"
#include "reader/runner.h"

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

bool postrotate_exists(const char *name)
{
	const char *dirs = getenv("PATH"), *end;
	char path[PATH_MAX];
	int len;

	if (strchr(name, '/'))
		return is_program(name);
	for (; *name && dirs; dirs = *end ? end + 1 : NULL) {
		end = strchrnul(dirs, ':');
		/* An empty entry is the working directory. */
		len = snprintf(path, sizeof(path), "%.*s%s%s", (int)(end - dirs), dirs,
			       end > dirs ? "/" : "", name);
		if (len < (int)sizeof(path) && is_program(path))
			return true;
	}
	return false;
}

/* Makes room for one more command. Returns 0 or an errno. */
static int make_room(struct postrotate *c)
{
	size_t room = c->room ? 2 * c->room : 4;
	struct postrotate_command *commands;

	if (c->running < c->room)
		return 0;
	commands = realloc(c->commands, room * sizeof(*commands));
	if (!commands)
		return ENOMEM;
	c->commands = commands;
	c->room = room;
	return 0;
}

/*
 * Sends a request. While the runner has no time for it, its answers are taken, or both would wait
 * for each other. Returns 0 or an errno.
 */
static int ask(struct postrotate *c, const char *path)
{
	struct pollfd fd = { .fd = c->runner_fd, .events = POLLIN | POLLOUT };
	struct runner_request request = { .number = c->requests };
	size_t size = offsetof(struct runner_request, path) + strlen(path) + 1;

	if (size > sizeof(request))
		return ENAMETOOLONG;
	strcpy(request.path, path);
	while (send(c->runner_fd, &request, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return errno == EPIPE ? ESRCH : errno;
		poll(&fd, 1, -1);
		postrotate_reap(c);
	}
	return 0;
}

/* Returns 0 or an errno. */
static int start(struct postrotate *c, const char *path)
{
	struct postrotate_command *command;
	char *copy;
	int err = make_room(c);

	if (err)
		return err;
	copy = strdup(path);
	if (!copy)
		return ENOMEM;
	err = ask(c, path);
	if (err) {
		free(copy);
		return err;
	}
	command = &c->commands[c->running++];
	command->number = c->requests++;
	command->path = copy;
	return 0;
}

static void cannot_run(struct postrotate *c, const char *path, int err)
{
	diag_error("can't run '%s %s': %s", c->name, path, strerror(err));
	c->failed = true;
}

void postrotate_start(struct postrotate *c, const char *path)
{
	int err;

	postrotate_reap(c);
	err = start(c, path);
	if (err)
		cannot_run(c, path, err);
}

/* Returns the file of a command, for the caller to free, or NULL if there is no such request. */
static char *forget(struct postrotate *c, uint32_t number)
{
	char *path;

	for (size_t i = 0; i < c->running; i++) {
		if (c->commands[i].number != number)
			continue;
		path = c->commands[i].path;
		c->running--;
		c->commands[i] = c->commands[c->running];
		c->commands[c->running].path = NULL;
		return path;
	}
	return NULL;
}

static void ended(struct postrotate *c, const struct runner_answer *answer)
{
	char *path = forget(c, answer->number);
	int status = answer->status;

	if (!path)
		return;
	if (answer->err)
		cannot_run(c, path, answer->err);
	else if (WIFSIGNALED(status))
		diag_error("-z: '%s %s' was killed by signal %d", c->name, path, WTERMSIG(status));
	else if (WEXITSTATUS(status))
		diag_error("-z: '%s %s' ended with exit status %d", c->name, path,
			   WEXITSTATUS(status));
	c->failed |= status != 0;
	free(path);
}

/* Says so, and waits for none of them any more. */
static void runner_is_gone(struct postrotate *c)
{
	if (!c->failed || c->running)
		diag_error("-z: the process that runs the commands has ended");
	c->failed = true;
	while (c->running)
		free(c->commands[--c->running].path);
}

/* Takes an answer. Returns false if none came. */
static bool take_answer(struct postrotate *c, int flags)
{
	struct runner_answer answer;
	ssize_t n = recv(c->runner_fd, &answer, sizeof(answer), flags);

	if (n == sizeof(answer))
		ended(c, &answer);
	else if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		runner_is_gone(c);
	return n == sizeof(answer);
}

void postrotate_reap(struct postrotate *c)
{
	while (c->running && take_answer(c, MSG_DONTWAIT))
		;
}

static bool runs_on(const struct postrotate *c, const char *path)
{
	for (size_t i = 0; i < c->running; i++)
		if (!strcmp(c->commands[i].path, path))
			return true;
	return false;
}

/* Waits for an answer; may return early. Returns 0, or -EINTR if stop_requested(). */
static int wait_for_answer(const struct postrotate *c)
{
	struct pollfd fds[] = { { .fd = c->runner_fd, .events = POLLIN },
				{ .fd = stop_fd(), .events = POLLIN } };

	poll(fds, 2, -1);
	return stop_requested() ? -EINTR : 0;
}

int postrotate_wait_for(struct postrotate *c, const char *path)
{
	int err;

	postrotate_reap(c);
	while (runs_on(c, path)) {
		/* Said once: with many small files it would be said each time. */
		if (!c->waited)
			diag_note("-z: '%s' still runs on %s, which is to be reused: waiting",
				  c->name, path);
		c->waited = true;
		err = wait_for_answer(c);
		if (err)
			return err;
		postrotate_reap(c);
	}
	return 0;
}

void postrotate_wait(struct postrotate *c)
{
	while (c->running && take_answer(c, 0))
		;
	if (c->running)
		diag_note("-z: %zu '%s' command%s still running", c->running, c->name,
			  c->running == 1 ? "" : "s");
}

void postrotate_close(struct postrotate *c)
{
	while (c->running)
		free(c->commands[--c->running].path);
	free(c->commands);
	c->commands = NULL;
	c->room = 0;
}
