// SPDX-License-Identifier: BSD-2-Clause
/*
 * Preloaded: stops a process at its Nth system call that changes something that outlives it, for
 * verdicts_killed.bats. As strace does, but many times faster where all is emulated.
 *
 * STOP_AT: N, from 1. STOP_BY: "kill", or the number of an error that the call then fails with,
 * without having done anything; or of the answer to RTM_SETLINK, which has done it, and counts as
 * one more call. STOP_COUNT: a file that gets a line for each such call.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* An error of these libxdp ignores, and leaves what it wanted to remove. */
static bool is_libxdp(const void *caller)
{
	Dl_info found;

	return dladdr(caller, &found) && strstr(found.dli_fname, "/libxdp");
}

/*
 * Called before each such call; `caller` is where one of files returns to, or NULL. Returns whether
 * it is to fail; then errno is set.
 */
static bool stop(const char *what, const void *caller)
{
	const char *at = getenv("STOP_AT"), *by = getenv("STOP_BY"), *count = getenv("STOP_COUNT");
	static unsigned long n;
	FILE *f;

	n++;
	if (count) {
		f = fopen(count, "ae");
		if (!f || fprintf(f, "%lu %s\n", n, what) < 0 || fclose(f))
			abort();
	}
	if (!at || !by || n != strtoul(at, NULL, 10))
		return false;
	if (!strcmp(by, "kill"))
		kill(getpid(), SIGKILL);
	else if (caller && is_libxdp(caller))
		return false;
	errno = atoi(by);
	return true;
}

/* A name, if this changes something: not what looks at things, or what a descriptor alone holds. */
static const char *bpf_change(long cmd)
{
	switch (cmd) {
	case BPF_MAP_UPDATE_ELEM:
		return "bpf MAP_UPDATE_ELEM";
	case BPF_OBJ_PIN:
		return "bpf OBJ_PIN";
	case BPF_RAW_TRACEPOINT_OPEN:
		return "bpf RAW_TRACEPOINT_OPEN";
	case BPF_LINK_CREATE:
		return "bpf LINK_CREATE";
	case BPF_LINK_UPDATE:
		return "bpf LINK_UPDATE";
	case BPF_LINK_DETACH:
		return "bpf LINK_DETACH";
	default:
		return NULL;
	}
}

/* libbpf has no other way to bpf(). */
long syscall(long number, ...)
{
	const char *change;
	va_list list;
	long a[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	change = number == SYS_bpf ? bpf_change(a[0]) : NULL;
	if (change && stop(change, NULL))
		return -1;
	return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int mkdir(const char *path, mode_t mode)
{
	return stop("mkdir", __builtin_return_address(0)) ? -1 : NEXT(mkdir)(path, mode);
}

int rmdir(const char *path)
{
	return stop("rmdir", __builtin_return_address(0)) ? -1 : NEXT(rmdir)(path);
}

int unlink(const char *path)
{
	return stop("unlink", __builtin_return_address(0)) ? -1 : NEXT(unlink)(path);
}

int unlinkat(int dir_fd, const char *path, int flags)
{
	return stop("unlinkat", __builtin_return_address(0)) ? -1
							     : NEXT(unlinkat)(dir_fd, path, flags);
}

static int asked_fd = -1; /* where an answer is due */

/* By which libbpf attaches XDP programs. */
ssize_t send(int fd, const void *data, size_t len, int flags)
{
	const struct nlmsghdr *message = data;

	if (len >= sizeof(*message) && message->nlmsg_type == RTM_SETLINK &&
	    stop("RTM_SETLINK", NULL))
		return -1;
	asked_fd = len >= sizeof(*message) && message->nlmsg_type == RTM_SETLINK ? fd : -1;
	return NEXT(send)(fd, data, len, flags);
}

/* By which it receives the answer. */
ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	if (fd >= 0 && fd == asked_fd) {
		asked_fd = -1;
		if (stop("answer to RTM_SETLINK", NULL))
			return -1;
	}
	return NEXT(recvmsg)(fd, message, flags);
}
