// SPDX-License-Identifier: BSD-2-Clause
/* What the kernel allows, one probe for each feature but the dispatcher; used by features.c. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "bpf/features.skel.h"
#include "loader/feature_probe.h"
#include "loader/rings.h"

/* Newer than the headers of Debian 12. */
#define ATTACH_TCX_INGRESS      46
#define HELPER_KTIME_GET_TAI_NS 208

static const struct bpf_insn result_pass[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
	{ .code = BPF_JMP | BPF_EXIT },
};
#define N_RESULT_PASS (sizeof(result_pass) / sizeof(result_pass[0]))

static int closed(int fd)
{
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int feature_probe_xdp(void)
{
	return closed(
		bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", result_pass, N_RESULT_PASS, NULL));
}

int feature_probe_frags(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_XDP_HAS_FRAGS);

	return closed(
		bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", result_pass, N_RESULT_PASS, &opts));
}

int feature_probe_tai(void)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = HELPER_KTIME_GET_TAI_NS },
		result_pass[0],
		result_pass[1],
	};

	return closed(bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", code,
				    sizeof(code) / sizeof(code[0]), NULL));
}

static int create_ring(void)
{
	return bpf_map_create(BPF_MAP_TYPE_RINGBUF, "features", 0, 0, (__u32)sysconf(_SC_PAGESIZE),
			      NULL);
}

int feature_probe_ring(void)
{
	return closed(create_ring());
}

int feature_probe_rings(void)
{
	int fds[2] = { create_ring(), create_ring() }, err;

	err = fds[0] < 0 ? fds[0] : fds[1] < 0 ? fds[1] : closed(rings_array(fds, 2, "features"));
	closed(fds[0]);
	closed(fds[1]);
	return err;
}

/* A kernel that knows tcx looks for the interface, and finds none; another one says EINVAL. */
int feature_probe_tcx(void)
{
	int fd, link, err;

	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, NULL, "GPL", result_pass, N_RESULT_PASS, NULL);
	if (fd < 0)
		return fd;
	link = bpf_link_create(fd, INT_MAX, (enum bpf_attach_type)ATTACH_TCX_INGRESS, NULL);
	err = closed(link);
	close(fd);
	return err == -ENODEV ? 0 : err;
}

int feature_probe_btf(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int err = btf ? 0 : -errno;

	btf__free(btf);
	return err;
}

/* Opens the programs, of which only one is to be loaded. Returns it, or NULL with errno. */
static struct features_bpf *open_one(struct bpf_program *(*which)(const struct features_bpf *))
{
	struct features_bpf *skel = features_bpf__open();
	struct bpf_program *prog = NULL;

	if (!skel)
		return NULL;
	while ((prog = bpf_object__next_program(skel->obj, prog)))
		bpf_program__set_autoload(prog, prog == which(skel));
	return skel;
}

static struct bpf_program *the_xdp(const struct features_bpf *skel)
{
	return skel->progs.features_xdp;
}

static struct bpf_program *the_replacement(const struct features_bpf *skel)
{
	return skel->progs.features_replacement;
}

static struct bpf_program *at_entry(const struct features_bpf *skel)
{
	return skel->progs.features_at_entry;
}

static struct bpf_program *at_exit(const struct features_bpf *skel)
{
	return skel->progs.features_at_exit;
}

/* Loads the program for this function of the target, and attaches it there for a moment. */
static int attach_to(const struct features_bpf *target, const char *function,
		     struct bpf_program *(*which)(const struct features_bpf *))
{
	struct features_bpf *skel = open_one(which);
	struct bpf_link *link = NULL;
	int err;

	if (!skel)
		return -errno;
	err = bpf_program__set_attach_target(which(skel),
					     bpf_program__fd(target->progs.features_xdp), function);
	if (!err)
		err = features_bpf__load(skel);
	if (!err) {
		link = bpf_program__attach(which(skel));
		err = link ? 0 : -errno;
	}
	bpf_link__destroy(link);
	features_bpf__destroy(skel);
	return err;
}

static int load_and_attach(const char *function,
			   struct bpf_program *(*which)(const struct features_bpf *))
{
	struct features_bpf *target = open_one(the_xdp);
	int err;

	if (!target)
		return -errno;
	err = features_bpf__load(target);
	if (!err)
		err = attach_to(target, function, which);
	features_bpf__destroy(target);
	return err;
}

int feature_probe_freplace(void)
{
	return load_and_attach("features_replaced", the_replacement);
}

int feature_probe_fentry(void)
{
	return load_and_attach("features_xdp", at_entry);
}

int feature_probe_fexit(void)
{
	return load_and_attach("features_xdp", at_exit);
}
