// SPDX-License-Identifier: BSD-2-Clause
/* Child processes: start on a CPU, wait with a limit; used by all that runs a tool. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/process.h"

enum { STOP_MS = 5000, RUN_MS = 10000, EXEC_FAILED = 127 };

static void __attribute__((noreturn))
child(const char *const argv[], int cpu, int out_fd, int err_fd)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	cpu_set_t set;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : cpu, &set);
	for (int i = 0; cpu < 0 && i < CPU_SETSIZE; i++)
		CPU_SET(i, &set);
	sched_setaffinity(0, sizeof(set), &set);
	dup2(null_fd, STDIN_FILENO);
	dup2(out_fd < 0 ? null_fd : out_fd, STDOUT_FILENO);
	dup2(err_fd, STDERR_FILENO);
	execvp(argv[0], (char *const *)argv);
	dprintf(STDERR_FILENO, "%s\n", strerror(errno));
	_exit(EXEC_FAILED);
}

int process_start(struct process *p, const char *const argv[], int cpu, int out_fd)
{
	const char *slash = strrchr(argv[0], '/');

	p->pid = 0;
	p->name = slash ? slash + 1 : argv[0];
	p->err_fd = memfd_create("stderr", MFD_CLOEXEC);
	if (p->err_fd < 0)
		return bench_fail(-errno, "%s: no file for its stderr", p->name);
	p->pid = fork();
	if (!p->pid)
		child(argv, cpu, out_fd, p->err_fd);
	if (p->pid < 0) {
		p->pid = 0;
		close(p->err_fd);
		return bench_fail(-errno, "%s: cannot start it", p->name);
	}
	return 0;
}

/* Takes the first line of its stderr for the reason. */
static int failed(struct process *p, int err, const char *how)
{
	char said[256] = "";

	if (pread(p->err_fd, said, sizeof(said) - 1, 0) < 0)
		said[0] = '\0';
	said[strcspn(said, "\n")] = '\0';
	return bench_fail(err, "%s: %s%s%s", p->name, how, said[0] ? ": " : "", said);
}

int process_wait(struct process *p, int ms, struct rusage *usage)
{
	struct pollfd ended = { .events = POLLIN };
	int status, err = 0;

	if (!p->pid)
		return 0;
	ended.fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (ended.fd < 0 || poll(&ended, 1, ms) != 1) {
		kill(p->pid, SIGKILL);
		err = failed(p, -ETIMEDOUT, "does not end");
	}
	if (ended.fd >= 0)
		close(ended.fd);
	while (wait4(p->pid, &status, 0, usage) < 0 && errno == EINTR)
		;
	if (!err && status)
		err = failed(p, -ECHILD, "failed");
	close(p->err_fd);
	p->pid = 0;
	return err;
}

int process_stop(struct process *p, struct rusage *usage)
{
	if (p->pid)
		kill(p->pid, SIGTERM);
	return process_wait(p, STOP_MS, usage);
}

int process_run(const char *const argv[])
{
	struct process p;
	int err = process_start(&p, argv, PROCESS_ANY_CPU, -1);

	return err ? err : process_wait(&p, RUN_MS, NULL);
}

long long process_usage_ns(const struct rusage *u)
{
	return (u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000000LL +
	       (u->ru_utime.tv_usec + u->ru_stime.tv_usec) * 1000LL;
}

long long process_cpu_ns(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		return 0;
	return used.tv_sec * 1000000000LL + used.tv_nsec;
}
