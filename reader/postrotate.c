// SPDX-License-Identifier: BSD-2-Clause
/* Used by outfile.c. A capture has no other children. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pin/diag.h"
#include "reader/postrotate.h"

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
		/* An empty one is the working directory. */
		len = snprintf(path, sizeof(path), "%.*s%s%s", (int)(end - dirs), dirs,
			       end > dirs ? "/" : "", name);
		if (len < (int)sizeof(path) && is_program(path))
			return true;
	}
	return false;
}

/* The signals as a program expects them, and a process group of its own. */
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

static int spawn(const char *name, const char *path, pid_t *pid)
{
	char *argv[] = { (char *)name, (char *)path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int err;

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

void postrotate_start(struct postrotate *c, const char *path)
{
	pid_t pid;
	int err;

	postrotate_reap(c);
	err = spawn(c->name, path, &pid);
	if (err) {
		diag_error("can't run '%s %s': %s", c->name, path, strerror(err));
		c->failed = true;
		return;
	}
	c->running++;
	/* That it competes with the capture is no reason not to run it. */
	setpriority(PRIO_PROCESS, (id_t)pid, LOWEST_PRIORITY);
}

static void ended(struct postrotate *c, int status)
{
	c->running--;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	c->failed = true;
	if (WIFSIGNALED(status))
		diag_error("-z: '%s' was killed by signal %d", c->name, WTERMSIG(status));
	else
		diag_error("-z: '%s' ended with exit status %d", c->name, WEXITSTATUS(status));
}

void postrotate_reap(struct postrotate *c)
{
	int status;

	while (c->running && waitpid(-1, &status, WNOHANG) > 0)
		ended(c, status);
}

void postrotate_wait(struct postrotate *c)
{
	int status;

	while (c->running && waitpid(-1, &status, 0) > 0)
		ended(c, status);
	if (c->running)
		diag_note("-z: %zu of '%s' still run%s", c->running, c->name,
			  c->running == 1 ? "s" : "");
}
