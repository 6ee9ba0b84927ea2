// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whether libxdp can use its dispatcher here: it has no function that tells, so a program is
 * attached as attach does it. A process of its own does that where nothing can be disturbed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/features.skel.h"
#include "loader/chain.h"
#include "loader/feature_dispatcher.h"

/* The loopback interface, which every network namespace has. */
#define LOOPBACK 1

/* Enters new namespaces, with an empty BPF filesystem where libxdp pins. Returns 0 or -errno. */
static int isolate(const char *bpffs)
{
	const char *libxdp = secure_getenv("LIBXDP_BPFFS");

	if (unshare(CLONE_NEWNET | CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("bpf", libxdp ? libxdp : bpffs, "bpf", 0, NULL))
		return -errno;
	return 0;
}

/* A program in a dispatcher is of type EXT. */
static int is_member(int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	return info.type == BPF_PROG_TYPE_EXT ? 0 : -EOPNOTSUPP;
}

/* Attaches it; what it leaves goes with the namespaces. */
static int attach(void)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .prog_name = "features_xdp");
	struct features_bpf *skel;
	struct bpf_program *prog = NULL;
	struct xdp_program *xdp;
	int err, left;

	skel = features_bpf__open();
	if (!skel)
		return -errno;
	while ((prog = bpf_object__next_program(skel->obj, prog)))
		bpf_program__set_autoload(prog, prog == skel->progs.features_xdp);
	opts.obj = skel->obj;
	xdp = xdp_program__create(&opts);
	if (!xdp)
		return -errno;
	err = xdp_program__set_xdp_frags_support(xdp, true);
	if (!err)
		err = chain_attach(xdp, LOOPBACK, XDP_MODE_SKB, &left);
	return err ? err : is_member(xdp_program__fd(xdp));
}

/* What the process says. */
struct outcome {
	bool tried;
	int err;
};

int feature_dispatcher_probe(const char *bpffs, bool *tried)
{
	struct outcome outcome = { .err = -EIO };
	int answer[2];
	ssize_t n;
	pid_t pid;

	*tried = false;
	if (pipe2(answer, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		outcome.err = isolate(bpffs);
		outcome.tried = !outcome.err;
		if (outcome.tried)
			outcome.err = attach();
		n = write(answer[1], &outcome, sizeof(outcome));
		_exit(n != sizeof(outcome));
	}
	if (pid < 0)
		outcome.err = -errno;
	close(answer[1]);
	if (pid > 0) {
		if (read(answer[0], &outcome, sizeof(outcome)) != sizeof(outcome))
			outcome = (struct outcome){ .err = -EIO };
		waitpid(pid, NULL, 0);
	}
	close(answer[0]);
	*tried = outcome.tried;
	return outcome.err;
}
