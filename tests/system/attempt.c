// SPDX-License-Identifier: BSD-2-Clause
/*
 * Preloaded: on SIGUSR1 the process tries what it must not be able to do, as a parser would that
 * was taken over by a packet. Writes each attempt and its errno (0: it succeeded) to the file that
 * XDPTAP_ATTEMPTS names. For confine.bats.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int out = -1;

static void report(const char *what, long result)
{
	char line[80];
	int len = snprintf(line, sizeof(line), "%s %d\n", what, result < 0 ? errno : 0);

	if (write(out, line, (size_t)len) != len)
		abort();
}

#define TRY(call, ...)          report(#call, syscall(SYS_##call, ##__VA_ARGS__))
#define TRY_AS(name, call, ...) report(name, syscall(SYS_##call, ##__VA_ARGS__))

static void attempt(int sig)
{
	char *const argv[] = { "true", NULL };
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};
	union bpf_attr program = { .prog_type = BPF_PROG_TYPE_XDP };
	union bpf_attr id = { .prog_id = 1 };
	union bpf_attr pin = { .bpf_fd = 0 };
	char key = 'x';

	(void)sig;
	TRY(execve, "/bin/true", argv, argv);
	TRY(execveat, AT_FDCWD, "/bin/true", argv, argv, 0);
	TRY(clone, SIGCHLD, 0, 0, 0, 0);
	TRY(socket, AF_INET, SOCK_STREAM, 0);
	TRY_AS("socket(AF_NETLINK)", socket, AF_NETLINK, SOCK_RAW, 0);
	TRY(socketpair, AF_UNIX, SOCK_STREAM, 0, &map);
	TRY(connect, 0, NULL, 0);
	TRY(bind, 0, NULL, 0);
	TRY(ptrace, PTRACE_TRACEME, 0, 0, 0);
	TRY(process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
	TRY_AS("bpf(BPF_MAP_CREATE)", bpf, BPF_MAP_CREATE, &map, sizeof(map));
	TRY_AS("bpf(BPF_PROG_LOAD)", bpf, BPF_PROG_LOAD, &program, sizeof(program));
	TRY_AS("bpf(BPF_MAP_UPDATE_ELEM)", bpf, BPF_MAP_UPDATE_ELEM, &map, sizeof(map));
	TRY_AS("bpf(BPF_OBJ_PIN)", bpf, BPF_OBJ_PIN, &pin, sizeof(pin));
	TRY_AS("bpf(BPF_PROG_GET_FD_BY_ID)", bpf, BPF_PROG_GET_FD_BY_ID, &id, sizeof(id));
	TRY(perf_event_open, NULL, 0, -1, -1, 0);
	TRY(io_uring_setup, 1, &map);
	TRY(userfaultfd, 0);
	TRY(memfd_create, "x", 0);
	TRY_AS("mmap(PROT_EXEC)", mmap, NULL, 4096, PROT_READ | PROT_EXEC,
	       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	TRY_AS("mprotect(PROT_EXEC)", mprotect, (unsigned long)&map & ~4095UL, 4096,
	       PROT_READ | PROT_EXEC);
	TRY_AS("ioctl(TIOCSTI)", ioctl, 0, TIOCSTI, &key);
	TRY_AS("kill(parent)", kill, getppid(), 0);
	TRY(setuid, 0);
	TRY(capset, NULL, NULL);
	TRY(unshare, CLONE_NEWNET);
	TRY(setns, 0, CLONE_NEWNET);
	TRY(mount, "none", "/", "tmpfs", 0, NULL);
	TRY(chroot, "/");
	TRY(unlink, "/nothing-of-this-name");
	TRY(rename, "/nothing-of-this-name", "/nor-of-this");
	TRY(chmod, "/nothing-of-this-name", 0);
	TRY(init_module, NULL, 0, "");
	report("end", 0);
}

__attribute__((constructor)) static void prepare(void)
{
	const char *path = getenv("XDPTAP_ATTEMPTS");

	if (!path)
		return;
	out = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	signal(SIGUSR1, attempt);
}
