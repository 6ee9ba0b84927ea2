// SPDX-License-Identifier: BSD-2-Clause
/* Attaches programs that trace others; used by attach, set and detach. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/abi.h"
#include "loader/log.h"
#include "loader/refusal.h"
#include "loader/trace_link.h"
#include "pin/cli/capability.h"
#include "pin/entry.h"
#include "pin/tap.h"

const char *trace_link_entry(char pin[TRACE_LINK_NAME_MAX], __u32 generation)
{
	return strcpy(pin, generation % 2 ? XDPTAP_LINK_ODD : XDPTAP_LINK_EVEN);
}

const char *trace_link_exit(char pin[TRACE_LINK_NAME_MAX], __u32 generation, __u32 member)
{
	char entry[TRACE_LINK_NAME_MAX];

	trace_link_entry(entry, generation);
	snprintf(pin, TRACE_LINK_NAME_MAX, "%.20s_%u", entry, member % XDPTAP_MEMBERS_MAX);
	return pin;
}

const char *trace_link_verdict(char pin[TRACE_LINK_NAME_MAX], __u32 member)
{
	snprintf(pin, TRACE_LINK_NAME_MAX, XDPTAP_LINK_VERDICT_PREFIX "%u", member);
	return pin;
}

int trace_link_attach(const struct tap_name *name, const char *pin, struct bpf_program *prog)
{
	struct bpf_link *link;
	char path[PATH_MAX];
	int err;

	err = tap_name_path(path, name, pin);
	if (err)
		return err;
	link = bpf_program__attach(prog);
	if (!link)
		return -errno;
	err = bpf_link__pin(link, path);
	bpf_link__destroy(link); /* the pin holds it */
	return err;
}

int trace_link_unpin(const struct tap_name *name, const char *pin)
{
	char path[PATH_MAX];
	int err;

	err = tap_name_path(path, name, pin);
	if (err)
		return err;
	return unlink(path) && errno != ENOENT ? -errno : 0;
}

/* Whether a name is that of a link of this generation: at entry, or at exit. */
static bool is_of(const char *pin, __u32 generation)
{
	char entry[TRACE_LINK_NAME_MAX];
	size_t len = strlen(trace_link_entry(entry, generation));

	return !strncmp(pin, entry, len) && (!pin[len] || pin[len] == '_');
}

int trace_link_remove(const struct tap_name *name, __u32 generation)
{
	int err, removed = 0;
	const char *entry;
	char path[PATH_MAX];
	DIR *d;

	err = tap_name_path(path, name, NULL);
	if (err)
		return err;
	d = opendir(path);
	if (!d)
		return -errno;
	while ((entry = entry_next(d, &err))) {
		if (!is_of(entry, generation))
			continue;
		if (unlinkat(dirfd(d), entry, 0)) {
			err = -errno;
			break;
		}
		removed++;
	}
	closedir(d);
	return err ? err : removed;
}

int trace_link_target(const struct tap_name *name, const char *pin, __u32 *id)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);
	int fd = tap_open_pin(name, pin), err;

	if (fd == -ENOENT) {
		*id = 0;
		return 0;
	}
	if (fd < 0)
		return fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &len) ? -errno : 0;
	close(fd);
	if (!err)
		*id = info.tracing.target_obj_id;
	return err;
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
		"a kernel with BTF that allows fentry and fexit can; 'attach' without 'trace', 'at exit' and 'verdicts' needs neither; 'xdptap-loader features' shows what is missing";

	*hint = "'--debug' shows the messages of libbpf and of the verifier";
	if (is_forbidden(err)) {
		*hint = kernels;
		return "this kernel is locked down for confidentiality, which forbids to trace programs";
	}
	switch (err) {
	case -EPERM:
		if (!capability_has(CAPABILITY_BPF | CAPABILITY_PERFMON)) {
			*hint = capability_advice(CAPABILITY_BPF | CAPABILITY_PERFMON);
			return "no permission to trace programs";
		}
		*hint = kernels;
		return "this kernel forbids to trace programs (fentry, fexit)";
	case -ESRCH:
	case -ENOENT:
	case -EOPNOTSUPP:
	case -KERNEL_ENOTSUPP:
		*hint = "the kernel needs CONFIG_DEBUG_INFO_BTF and CONFIG_FUNCTION_TRACER; 'xdptap-loader features' shows what is missing";
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
