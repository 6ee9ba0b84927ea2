// SPDX-License-Identifier: BSD-2-Clause
/* Runs the command of -z on closed files; used by outfile.c. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "reader/postrotate.h"
#include "pin/cli/stop.h"

#define LOWEST_PRIORITY 19

extern char **environ;

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

/* Default signals, and a process group of its own. */
static int set_attributes(posix_spawnattr_t *attr)
{
	sigset_t signals;
	int err;

	sigemptyset(&signals);
	err = posix_spawnattr_setsigmask(attr, &signals);
	sigaddset(&signals, SIGPIPE);
	sigaddset(&signals, SIGXFSZ);
	if (!err)
		err = posix_spawnattr_setsigdefault(attr, &signals);
	if (!err)
		err = posix_spawnattr_setpgroup(attr, 0);
	if (!err)
		err = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK |
							     POSIX_SPAWN_SETSIGDEF |
							     POSIX_SPAWN_SETPGROUP);
	return err;
}

/* Runs `name` with the one argument `path`, which no command takes for an option. */
static int spawn(const char *name, const char *path, pid_t *pid)
{
	char argument[PATH_MAX + sizeof("./")];
	char *argv[] = { (char *)name, argument, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int err;

	snprintf(argument, sizeof(argument), "%s%s", *path == '-' ? "./" : "", path);
	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return err;
	err = posix_spawnattr_init(&attr);
	if (err)
		goto out;
	err = set_attributes(&attr);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
						       O_RDONLY, 0);
	if (!err)
		err = posix_spawnp(pid, name, &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
out:
	posix_spawn_file_actions_destroy(&actions);
	return err;
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

/* Returns 0 or an errno. */
static int start(struct postrotate *c, const char *path)
{
	struct postrotate_command *command;
	int err = make_room(c);

	if (err)
		return err;
	command = &c->commands[c->running];
	command->path = strdup(path);
	if (!command->path)
		return ENOMEM;
	/* SIGCHLD may have been inherited as ignored: then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	err = spawn(c->name, path, &command->pid);
	if (err) {
		free(command->path);
		return err;
	}
	c->running++;
	/* If this fails, the command merely competes with the capture. */
	setpriority(PRIO_PROCESS, (id_t)command->pid, LOWEST_PRIORITY);
	return 0;
}

void postrotate_start(struct postrotate *c, const char *path)
{
	int err;

	postrotate_reap(c);
	err = start(c, path);
	if (err) {
		diag_error("can't run '%s %s': %s", c->name, path, strerror(err));
		c->failed = true;
	}
}

/*
 * Returns the file of a command, for the caller to free, or NULL if it was none of ours: the
 * reader may have inherited children.
 */
static char *forget(struct postrotate *c, pid_t pid)
{
	char *path;

	for (size_t i = 0; i < c->running; i++) {
		if (c->commands[i].pid != pid)
			continue;
		path = c->commands[i].path;
		c->running--;
		c->commands[i] = c->commands[c->running];
		c->commands[c->running].path = NULL;
		return path;
	}
	return NULL;
}

static void ended(struct postrotate *c, pid_t pid, int status)
{
	char *path = forget(c, pid);

	if (!path)
		return;
	if (WIFSIGNALED(status))
		diag_error("-z: '%s %s' was killed by signal %d", c->name, path, WTERMSIG(status));
	else if (WEXITSTATUS(status))
		diag_error("-z: '%s %s' ended with exit status %d", c->name, path,
			   WEXITSTATUS(status));
	c->failed |= status != 0;
	free(path);
}

void postrotate_reap(struct postrotate *c)
{
	int status;
	pid_t pid;

	while (c->running && (pid = waitpid(-1, &status, WNOHANG)) > 0)
		ended(c, pid, status);
}

/* Returns a command that runs on this file, or NULL. */
static const struct postrotate_command *find(const struct postrotate *c, const char *path)
{
	for (size_t i = 0; i < c->running; i++)
		if (!strcmp(c->commands[i].path, path))
			return &c->commands[i];
	return NULL;
}

/* Waits for a child to end; may return early. Returns 0, -EINTR if stop_requested(), or -errno. */
static int wait_for_end(pid_t pid)
{
	struct pollfd fds[] = { { .fd = pidfd_open(pid, 0), .events = POLLIN },
				{ .fd = stop_fd(), .events = POLLIN } };

	if (fds[0].fd < 0)
		return -errno;
	poll(fds, 2, -1);
	close(fds[0].fd);
	return stop_requested() ? -EINTR : 0;
}

int postrotate_wait_for(struct postrotate *c, const char *path)
{
	const struct postrotate_command *running;
	int err;

	postrotate_reap(c);
	while ((running = find(c, path))) {
		/* Said once: with many small files it would be said each time. */
		if (!c->waited)
			diag_note("-z: '%s' still runs on %s, which is to be reused: waiting",
				  c->name, path);
		c->waited = true;
		err = wait_for_end(running->pid);
		if (err)
			return err;
		postrotate_reap(c);
	}
	return 0;
}

void postrotate_wait(struct postrotate *c)
{
	int status;
	pid_t pid;

	while (c->running && (pid = waitpid(-1, &status, 0)) > 0)
		ended(c, pid, status);
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
