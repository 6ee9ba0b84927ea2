// SPDX-License-Identifier: BSD-2-Clause
/* Attaches the program of a trace tap; used by attach.c, set.c and detach.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bpf/abi.h"
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

/* Whether the kernel is locked down: [none] is chosen otherwise, or the file is missing. */
static bool is_locked_down(void)
{
	FILE *f = fopen("/sys/kernel/security/lockdown", "re");
	char line[128] = "";
	bool locked;

	if (!f)
		return false;
	locked = fgets(line, sizeof(line), f) && !strstr(line, "[none]");
	fclose(f);
	return locked;
}

const char *trace_link_refusal(int err, const char **hint)
{
	*hint = "'--debug' shows the messages of libbpf and of the verifier";
	if (err == -EPERM && geteuid()) {
		*hint = "run as root, or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN";
		return "no permission to trace programs";
	}
	if (err == -EPERM) {
		*hint = "a kernel with BTF that allows fentry can; where no other XDP program is, attach without 'trace'";
		return is_locked_down()
			       ? "this kernel is locked down, and forbids to trace programs"
			       : "this kernel forbids to trace programs (fentry)";
	}
	if (err == -ESRCH || err == -ENOTSUP || err == -ENOENT) {
		*hint = "the kernel needs CONFIG_DEBUG_INFO_BTF and CONFIG_FUNCTION_TRACER";
		return "this kernel can't trace programs";
	}
	if (err == -EACCES || err == -EINVAL)
		return "the kernel's verifier refuses the program";
	if (err == -EBUSY)
		return "the program can't be traced: another one holds its entry, or it has too many already";
	return strerror(-err);
}
