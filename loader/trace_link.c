// SPDX-License-Identifier: BSD-2-Clause
/* Attaches the program of a trace tap; used by attach, set and detach. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bpf/abi.h"
#include "loader/log.h"
#include "loader/refusal.h"
#include "loader/trace_link.h"

static int link_path(char path[PATH_MAX], const struct tap_name *name, __u32 generation)
{
	return tap_name_path(path, name, generation % 2 ? XDPTAP_LINK_ODD : XDPTAP_LINK_EVEN);
}

int trace_link_attach(const struct tap_name *name, __u32 generation, struct bpf_program *prog)
{
	struct bpf_link *link;
	char path[PATH_MAX];
	int err;

	err = link_path(path, name, generation);
	if (err)
		return err;
	link = bpf_program__attach(prog);
	if (!link)
		return -errno;
	err = bpf_link__pin(link, path);
	bpf_link__destroy(link); /* the pin holds it */
	return err;
}

int trace_link_remove(const struct tap_name *name, __u32 generation)
{
	char path[PATH_MAX];
	int err;

	err = link_path(path, name, generation);
	if (err)
		return err;
	return unlink(path) ? -errno : 0;
}

/* The kernel's, which user space has no name for. */
#define KERNEL_ENOTSUPP 524

/* Locked down for confidentiality, a kernel lets no program read its memory. */
static bool is_locked_down(void)
{
	FILE *f = fopen("/sys/kernel/security/lockdown", "re");
	char line[128] = "";
	bool locked;

	if (!f)
		return false;
	locked = fgets(line, sizeof(line), f) && strstr(line, "[confidentiality]");
	fclose(f);
	return locked;
}

static bool is_forbidden(int err)
{
	return (err == -EPERM || err == -EACCES || err == -EINVAL) && is_locked_down();
}

bool trace_link_blames_filter(int err, const struct capture_settings *settings)
{
	return !is_forbidden(err) && log_verifier_lines() && refusal_of_filter(err, settings);
}

const char *trace_link_refusal(int err, const char **hint)
{
	const char *kernels =
		"a kernel with BTF that allows fentry can; where no other XDP program is, attach without 'trace'";

	*hint = "'--debug' shows the messages of libbpf and of the verifier";
	if (is_forbidden(err)) {
		*hint = kernels;
		return "this kernel is locked down for confidentiality, which forbids to trace programs";
	}
	switch (err) {
	case -EPERM:
		if (!refusal_is_capable()) {
			*hint = "run as root, or with CAP_SYS_ADMIN";
			return "no permission to trace programs";
		}
		*hint = kernels;
		return "this kernel forbids to trace programs (fentry)";
	case -ESRCH:
	case -ENOENT:
	case -EOPNOTSUPP:
	case -KERNEL_ENOTSUPP:
		*hint = "the kernel needs CONFIG_DEBUG_INFO_BTF and CONFIG_FUNCTION_TRACER";
		return "this kernel can't trace programs";
	case -E2BIG:
		*hint = "'bpftool link show' lists who traces it";
		return "too many programs trace it already";
	case -EBUSY:
		*hint = "name another one after 'trace prog'";
		return "its function was replaced by another program (freplace)";
	case -EACCES:
	case -EINVAL:
		return "the kernel's verifier refuses the program";
	default:
		return strerror(-err);
	}
}
