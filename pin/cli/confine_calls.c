// SPDX-License-Identifier: BSD-2-Clause
/* A seccomp filter; used by confine.c. */
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/sockios.h>
#include <seccomp.h>

#include "pin/cli/confine_calls.h"

/*
 * A call that is not in these lists fails with ENOSYS. libc takes that for an old kernel and falls
 * back to an older call, so a future libc does not break a capture that has to run for months,
 * which to kill the process would do. What an attacker would want has no such fallback.
 */
#define UNKNOWN_CALL SCMP_ACT_ERRNO(ENOSYS)

/* Allowed with any arguments; the kernel decides on these without running the filter. The names
 * that a platform does not have are skipped. */
static const int calls[] = {
	/* The output, and what libc opens by itself, such as the time zone. */
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(_llseek),
	SCMP_SYS(stat),
	SCMP_SYS(stat64),
	SCMP_SYS(lstat),
	SCMP_SYS(lstat64),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(statfs64),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getdents),
	SCMP_SYS(getdents64),
	SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(fchmod),
	SCMP_SYS(flock),
	SCMP_SYS(fcntl),
	SCMP_SYS(fcntl64),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	/* Waiting. */
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(ppoll_time64),
	SCMP_SYS(select),
	SCMP_SYS(_newselect),
	SCMP_SYS(pselect6),
	SCMP_SYS(pselect6_time64),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_settime64),
	SCMP_SYS(inotify_add_watch),
	SCMP_SYS(inotify_rm_watch),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(wait4),
	SCMP_SYS(waitid),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(sched_yield),
	/* Sockets that are open already: to rtnetlink, and to the helper of -z. */
	SCMP_SYS(send),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recv),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	/* Signals. */
	SCMP_SYS(signalfd4),
	SCMP_SYS(sigaction),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(sigprocmask),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(sigreturn),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	/* What changes nothing. */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getpgrp),
	SCMP_SYS(getpgid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getuid32),
	SCMP_SYS(geteuid32),
	SCMP_SYS(getgid32),
	SCMP_SYS(getegid32),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(getcpu),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getrandom),
	SCMP_SYS(getrlimit),
	SCMP_SYS(ugetrlimit),
	/* Memory. */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	/* The end. */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* To look at maps that are pinned, or open already. */
static const uint64_t bpf_commands[] = {
	BPF_OBJ_GET,
	BPF_OBJ_GET_INFO_BY_FD,
	BPF_MAP_LOOKUP_ELEM,
	BPF_MAP_LOOKUP_BATCH,
};

/* A terminal's size and modes, but no typing into it (TIOCSTI); and the speed of an interface. */
static const uint64_t ioctls[] = {
	TCGETS,   TCSETS, TCSETSW, TCSETSF, TCGETS2,    TCSETS2,   TCSETSW2,
	TCSETSF2, TCSBRK, TCXONC,  TCFLSH,  TIOCGWINSZ, TIOCGPGRP, SIOCETHTOOL,
};

/* Returns 0 or -errno. */
static int allow(scmp_filter_ctx filter, int call)
{
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);

	/* Below 0 are the calls of other platforms. */
	return call < 0 ? 0 : err;
}

/* Allows a call if argument number `i` is one of these. Returns 0 or -errno. */
static int allow_values(scmp_filter_ctx filter, int call, unsigned int i, const uint64_t *values,
			size_t n)
{
	int err = 0;

	for (size_t k = 0; k < n && !err; k++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
				       SCMP_CMP(i, SCMP_CMP_EQ, values[k], 0));
	return err;
}

/* Memory may be made anything but executable. Returns 0 or -errno. */
static int allow_not_executable(scmp_filter_ctx filter, int call)
{
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
				   SCMP_CMP(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	return call < 0 ? 0 : err;
}

/* Those that are allowed with some arguments. Returns 0 or -errno. */
static int allow_some(scmp_filter_ctx filter)
{
	const uint64_t self[] = { (uint64_t)getpid() }, no_process[] = { 0 };
	int err;

	err = allow_values(filter, SCMP_SYS(bpf), 0, bpf_commands,
			   sizeof(bpf_commands) / sizeof(bpf_commands[0]));
	if (!err)
		err = allow_values(filter, SCMP_SYS(ioctl), 1, ioctls,
				   sizeof(ioctls) / sizeof(ioctls[0]));
	/* abort(3), and ncurses on ^Z, send signals to this process. */
	if (!err)
		err = allow_values(filter, SCMP_SYS(kill), 0, self, 1);
	if (!err)
		err = allow_values(filter, SCMP_SYS(tgkill), 0, self, 1);
	if (!err)
		err = allow_values(filter, SCMP_SYS(prlimit64), 0, no_process, 1);
	if (!err)
		err = allow_not_executable(filter, SCMP_SYS(mmap));
	if (!err)
		err = allow_not_executable(filter, SCMP_SYS(mmap2));
	if (!err)
		err = allow_not_executable(filter, SCMP_SYS(mprotect));
	return err;
}

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

int confine_calls(void)
{
	scmp_filter_ctx filter;
	int err = 0;

	/* At the end LeakSanitizer makes a thread that traces this process. */
	if (SANITIZED)
		return 0;
	filter = seccomp_init(UNKNOWN_CALL);
	if (!filter)
		return -ENOMEM;
	/* A call by the numbers of another platform passes no such list. */
	err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/* Found by bisection, not one after the other. */
	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !err; i++)
		err = allow(filter, calls[i]);
	if (!err)
		err = allow_some(filter);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
