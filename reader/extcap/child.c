// SPDX-License-Identifier: BSD-2-Clause
/*
 * The other tools as processes; used by session.c, own_tap.c and verify.c. Wireshark shows whatever
 * an extcap writes to stderr as an error, so what they say is kept until it is known to be one.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "reader/extcap/child.h"

const char *child_path(char buf[PATH_MAX], const char *program)
{
	ssize_t len = readlink("/proc/self/exe", buf, PATH_MAX - 1);
	char *slash;

	buf[len > 0 ? len : 0] = '\0';
	slash = strrchr(buf, '/');
	if (slash && (size_t)(slash + 1 - buf) + strlen(program) < PATH_MAX) {
		strcpy(slash + 1, program);
		if (!access(buf, X_OK))
			return buf;
	}
	strcpy(buf, program);
	return buf;
}

/* Those that stop.h catches are blocked until then: one that comes before exec(2) must not be taken
 * by our handler. */
static void default_signals(void)
{
	const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction old;
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const char *const *argv, const char *path, int stdout_fd, int stderr_fd,
		   pid_t parent)
{
	if (parent) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(EXIT_FAILED);
	}
	setpgid(0, 0);
	default_signals();
	if (dup2(stdout_fd, STDOUT_FILENO) >= 0 && dup2(stderr_fd, STDERR_FILENO) >= 0) {
		execvp(path, (char *const *)argv);
		diag_error("can't run %s: %s", path, strerror(errno));
		diag_hint("it has to be beside xdptap-extcap, or in PATH");
	}
	_exit(127);
}

int child_start(struct child *c, const char *const *argv, int stdout_fd, bool until_we_end)
{
	int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC), err = 0;
	pid_t parent = until_we_end ? getpid() : 0;
	char path[PATH_MAX];
	sigset_t all, old;

	c->said_fd = memfd_create("said", MFD_CLOEXEC);
	if (null_fd < 0 || c->said_fd < 0) {
		err = -errno;
		goto out;
	}
	child_path(path, argv[0]);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	c->pid = fork();
	if (!c->pid)
		become(argv, path, stdout_fd < 0 ? null_fd : stdout_fd, c->said_fd, parent);
	if (c->pid < 0)
		err = -errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
out:
	if (null_fd >= 0)
		close(null_fd);
	return err;
}

int child_wait(struct child *c)
{
	int status;

	while (waitpid(c->pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_run(struct child *c, const char *const *argv)
{
	int err = child_start(c, argv, -1, false);

	return err ? err : child_wait(c);
}

void child_relay(const struct child *c)
{
	FILE *said;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	lseek(c->said_fd, 0, SEEK_SET);
	said = fdopen(dup(c->said_fd), "r");
	while (said && (n = getline(&line, &size, said)) > 1)
		fwrite(line, 1, (size_t)n, stderr);
	free(line);
	if (said)
		fclose(said);
}

const char *child_first_line(const struct child *c, char *buf, size_t size)
{
	ssize_t n = pread(c->said_fd, buf, size - 1, 0);
	char *colon;

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	colon = strstr(buf, ": ");
	return colon ? colon + 2 : buf;
}

void child_close(struct child *c)
{
	if (c->said_fd >= 0)
		close(c->said_fd);
	c->said_fd = -1;
}
