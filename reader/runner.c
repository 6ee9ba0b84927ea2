// SPDX-License-Identifier: BSD-2-Clause
/* Runs the commands of -z; started by main.c, and spoken to by postrotate.c. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader/runner.h"

#define LOWEST_PRIORITY 19

extern char **environ;

struct running {
	pid_t pid;
	uint32_t number;
};

struct state {
	int fd;
	int children_fd; /* a signalfd of SIGCHLD */
	const char *command, *written;
	struct running *running;
	size_t n, room;
};

bool runner_may_be_named(const char *written, const char *path)
{
	size_t literal = strcspn(written, "%");

	if (strncmp(path, written, literal) != 0 || (!literal && *path == '/'))
		return false;
	path += literal;
	/* Numbers are appended. A field may be a part of a path, but leads nowhere else. */
	if (!written[literal])
		return path[strspn(path, "0123456789")] == '\0';
	for (; *path; path += strcspn(path, "/"), path += *path == '/')
		if (!strcmp(path, "..") || !strncmp(path, "../", 3))
			return false;
	return true;
}

/* Default signals, and a process group of its own. Returns 0 or an errno. */
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
	posix_spawnattr_t attr;
	int err;

	snprintf(argument, sizeof(argument), "%s%s", *path == '-' ? "./" : "", path);
	err = posix_spawnattr_init(&attr);
	if (err)
		return err;
	err = set_attributes(&attr);
	if (!err)
		err = posix_spawnp(pid, name, NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return err;
}

/* Makes room for one more command. Returns 0 or an errno. */
static int make_room(struct state *s)
{
	size_t room = s->room ? 2 * s->room : 4;
	struct running *running;

	if (s->n < s->room)
		return 0;
	running = reallocarray(s->running, room, sizeof(*running));
	if (!running)
		return ENOMEM;
	s->running = running;
	s->room = room;
	return 0;
}

/* Returns 0 or an errno. */
static int start(struct state *s, const struct runner_request *request)
{
	struct running *running;
	int err = runner_may_be_named(s->written, request->path) ? make_room(s) : EPERM;

	if (err)
		return err;
	running = &s->running[s->n];
	err = spawn(s->command, request->path, &running->pid);
	if (err)
		return err;
	running->number = request->number;
	s->n++;
	/* If this fails, the command merely competes with the capture. */
	setpriority(PRIO_PROCESS, (id_t)running->pid, LOWEST_PRIORITY);
	return 0;
}

/* Returns whether the reader is still there. */
static bool answer(const struct state *s, const struct runner_answer *answer)
{
	return send(s->fd, answer, sizeof(*answer), MSG_NOSIGNAL) == sizeof(*answer);
}

/* Takes a request. Returns false at the end. */
static bool take(struct state *s)
{
	struct runner_request request;
	ssize_t n = recv(s->fd, &request, sizeof(request), 0);
	struct runner_answer failed = { 0 };

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= (ssize_t)offsetof(struct runner_request, path))
		return false;
	((char *)&request)[n - 1] = '\0';
	failed.number = request.number;
	failed.err = start(s, &request);
	return !failed.err || answer(s, &failed);
}

/* Takes those that have ended. Returns false if the reader is gone. */
static bool reap(struct state *s)
{
	struct runner_answer ended = { 0 };
	struct signalfd_siginfo info;
	bool there = true;
	pid_t pid;

	while (read(s->children_fd, &info, sizeof(info)) > 0)
		;
	while (there && (pid = waitpid(-1, &ended.status, WNOHANG)) > 0) {
		for (size_t i = 0; i < s->n; i++) {
			if (s->running[i].pid != pid)
				continue;
			ended.number = s->running[i].number;
			s->running[i] = s->running[--s->n];
			there = answer(s, &ended);
			break;
		}
	}
	return there;
}

static void serve(struct state *s)
{
	struct pollfd fds[] = { { .fd = s->fd, .events = POLLIN },
				{ .fd = s->children_fd, .events = POLLIN } };
	bool there = true;

	while (there) {
		poll(fds, 2, -1);
		if (fds[1].revents)
			there = reap(s);
		if (there && fds[0].revents)
			there = take(s);
	}
}

/* What the commands inherit: nothing on stdin, and no part in what a terminal sends to the reader.
 */
static int prepare(struct state *s)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t children;

	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0)
		return -errno;
	close(null_fd);
	setpgid(0, 0);
	/* It may have been inherited as ignored: then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &children, NULL))
		return -errno;
	s->children_fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->children_fd < 0 ? -errno : 0;
}

static _Noreturn void run(struct state *s, const struct confine_user *user)
{
	struct runner_answer ready = { 0 };

	/* The name that ps(1) shows. */
	prctl(PR_SET_NAME, "xdptap-reader-z");
	ready.err = confine_become(user) ? -prepare(s) : EPERM;
	if (answer(s, &ready) && !ready.err)
		serve(s);
	_exit(0);
}

int runner_start(struct runner *r, const char *command, const char *written,
		 const struct confine_user *user)
{
	struct runner_answer ready = { .err = ECHILD };
	struct state s = { .command = command, .written = written };
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return -errno;
	r->pid = fork();
	if (!r->pid) {
		close(fds[0]);
		s.fd = fds[1];
		run(&s, user);
	}
	if (r->pid < 0)
		ready.err = errno;
	close(fds[1]);
	r->fd = fds[0];
	if (r->pid > 0 && recv(r->fd, &ready, sizeof(ready), 0) != sizeof(ready))
		ready.err = ECHILD;
	if (ready.err)
		runner_stop(r);
	return -ready.err;
}

void runner_stop(struct runner *r)
{
	if (r->fd >= 0)
		close(r->fd);
	if (r->fd >= 0 && r->pid > 0)
		waitpid(r->pid, NULL, 0);
	*r = (struct runner)RUNNER_NONE;
}
