// SPDX-License-Identifier: BSD-2-Clause
/* Finds the XDP program to trace; used by attach.c and set.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "loader/chain.h"
#include "loader/traced.h"
#include "pin/cli/diag.h"
#include "pin/cli/number.h"
#include "pin/tap.h"

/* The kernel keeps so many characters of a program's name. */
#define KERNEL_NAME_LEN (BPF_OBJ_NAME_LEN - 1)

static bool is_wanted(const struct xdp_program *prog, const char *wanted)
{
	const char *name = xdp_program__name(prog), *rest;
	uint64_t id;

	if (!wanted)
		return true;
	rest = number_digits(wanted, UINT32_MAX, &id);
	if (rest && !*rest)
		return xdp_program__id(prog) == id;
	return !strcmp(name, wanted) ||
	       (strlen(wanted) > KERNEL_NAME_LEN && strlen(name) == KERNEL_NAME_LEN &&
		!strncmp(name, wanted, KERNEL_NAME_LEN));
}

/* Lists the programs in a hint; of those of the same name only the ids tell which. */
static void say_names(const struct xdp_multiprog *mp)
{
	struct xdp_program *prog = NULL;
	char text[512] = "";
	size_t n = 0;

	while ((prog = chain_next(mp, prog)) && n < sizeof(text))
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s (id %u)", n ? ", " : "",
				      xdp_program__name(prog), xdp_program__id(prog));
	diag_hint("name one of them, or its id, after 'trace prog': %s", text);
}

/* Chooses the program. Returns NULL after saying why there is none. */
static struct xdp_program *choose(const char *ifname, const struct xdp_multiprog *mp,
				  const char *wanted, __u32 *place)
{
	struct xdp_program *prog = NULL, *found = NULL;
	const struct xdp_program *main_prog = xdp_multiprog__main_prog(mp);
	__u32 i = 0, n = 0;

	if (main_prog && xdp_multiprog__is_legacy(mp) &&
	    !strcmp(xdp_program__name(main_prog), "xdp_dispatcher")) {
		diag_error("%s: there is a dispatcher (id %u), but its pins can't be read", ifname,
			   xdp_program__id(main_prog));
		diag_hint(
			"use the BPF filesystem (--bpffs, LIBXDP_BPFFS), mount namespace and libxdp version that made it");
		return NULL;
	}
	for (; (prog = chain_next(mp, prog)); i++) {
		if (!is_wanted(prog, wanted))
			continue;
		if (!n++)
			*place = i;
		found = found ?: prog;
	}
	if (n != 1) {
		if (!wanted)
			diag_error("%s: %u XDP programs are attached to it, and one can be traced",
				   ifname, n);
		else if (n)
			diag_error("%s: %u XDP programs called '%s' are attached to it", ifname, n,
				   wanted);
		else
			diag_error("%s: no XDP program '%s' is attached to it", ifname, wanted);
		say_names(mp);
		return NULL;
	}
	if (found == xdp_multiprog__hw_prog(mp)) {
		diag_error("%s: the program %s is offloaded, and can't be traced", ifname,
			   xdp_program__name(found));
		diag_hint("attach it in native or generic mode");
		return NULL;
	}
	return found;
}

/* Finds the id of the program's main function in its BTF, and whether it takes struct xdp_md *. */
static int examine_function(const struct btf *btf, __u32 id, char name[XDPTAP_TRACED_NAME_MAX],
			    bool *takes_context)
{
	const struct btf_type *func = btf__type_by_id(btf, id), *type;

	*takes_context = false;
	if (!func || !btf_is_func(func))
		return -EINVAL;
	if (snprintf(name, XDPTAP_TRACED_NAME_MAX, "%s",
		     btf__name_by_offset(btf, func->name_off)) >= (int)XDPTAP_TRACED_NAME_MAX)
		return -ENAMETOOLONG;
	type = btf__type_by_id(btf, func->type);
	if (!type || btf_vlen(type) != 1)
		return 0;
	type = btf__type_by_id(btf, btf_params(type)->type);
	if (!type || !btf_is_ptr(type))
		return 0;
	type = btf__type_by_id(btf, type->type);
	while (type && btf_is_mod(type))
		type = btf__type_by_id(btf, type->type);
	*takes_context = type && btf_is_struct(type) &&
			 !strcmp(btf__name_by_offset(btf, type->name_off), "xdp_md");
	return 0;
}

/* Gets the name of the function from the BTF of the program. Returns 0, or -errno after saying why.
 */
static int examine(const char *ifname, struct traced *t)
{
	struct bpf_func_info function = { 0 };
	struct bpf_prog_info info = {
		.nr_func_info = 1,
		.func_info_rec_size = sizeof(function),
		.func_info = (__u64)(unsigned long)&function,
	};
	__u32 len = sizeof(info);
	bool takes_context;
	struct btf *btf;
	int err;

	if (bpf_obj_get_info_by_fd(t->fd, &info, &len)) {
		err = -errno;
		diag_error("%s: can't examine the program (id %u): %s", ifname, t->id,
			   strerror(-err));
		return err;
	}
	if (!info.btf_id || !info.nr_func_info) {
		diag_error("%s: the program %s (id %u) has no BTF, which tracing needs", ifname,
			   info.name, t->id);
		diag_hint("compile it with 'clang -g', and load it with libbpf");
		return -EINVAL;
	}
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!btf) {
		err = -errno;
		diag_error("%s: can't read the BTF of the program %s (id %u): %s", ifname,
			   info.name, t->id, strerror(-err));
		return err;
	}
	err = examine_function(btf, function.type_id, t->name, &takes_context);
	btf__free(btf);
	if (err == -ENAMETOOLONG) {
		diag_error(
			"%s: the program %s (id %u) can't be traced: its function's name has more than %u characters",
			ifname, info.name, t->id, XDPTAP_TRACED_NAME_MAX - 1);
		return err;
	}
	if (err || !takes_context) {
		diag_error(
			"%s: the program %s (id %u) can't be traced: by its BTF its argument is not 'struct xdp_md *'",
			ifname, info.name, t->id);
		diag_hint("declare it so in its source");
		return -EINVAL;
	}
	return 0;
}

int traced_find(const char *ifname, __u32 ifindex, const char *wanted, struct traced *t)
{
	struct traced found = { .fd = -1, .ifindex = ifindex, .netns_ino = tap_netns_ino() };
	const struct xdp_program *prog;
	struct xdp_multiprog *mp;
	int err;

	err = chain_get(ifindex, &mp);
	if (err) {
		diag_error("%s: can't list its XDP programs: %s", ifname, strerror(-err));
		if (err == -EPERM || err == -EACCES)
			diag_hint("run as root, or with CAP_SYS_ADMIN");
		return err;
	}
	if (!mp) {
		diag_error("%s: no XDP program is attached to it, so there is none to trace",
			   ifname);
		return -ENODATA;
	}
	prog = choose(ifname, mp, wanted, &found.place);
	err = prog ? 0 : -ENOENT;
	if (prog) {
		found.id = xdp_program__id(prog);
		found.mode = (enum xdptap_mode)xdp_multiprog__attach_mode(mp);
		found.dispatcher = !xdp_multiprog__is_legacy(mp);
		found.fd = bpf_prog_get_fd_by_id(found.id);
		if (found.fd < 0) {
			err = -errno;
			diag_error("%s: can't open the program (id %u): %s", ifname, found.id,
				   strerror(-err));
		}
	}
	xdp_multiprog__close(mp);
	if (!err)
		err = examine(ifname, &found);
	if (err)
		traced_close(&found);
	else
		*t = found;
	return err;
}

int traced_reopen(const struct tap *tap, struct traced *t)
{
	const struct in_force *f = &tap->in_force;
	struct traced found = {
		.fd = bpf_prog_get_fd_by_id(f->traced_id),
		.id = f->traced_id,
		.ifindex = tap->meta.ifindex,
		.netns_ino = tap->meta.netns_ino,
		.mode = (enum xdptap_mode)f->traced_mode,
		.dispatcher = f->traced_dispatcher,
	};

	if (found.fd < 0)
		return -errno;
	snprintf(found.name, sizeof(found.name), "%s", f->traced_name);
	*t = found;
	return 0;
}

int traced_place(__u32 ifindex, __u32 id, __u32 *place)
{
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	__u32 i = 0;
	int err;

	err = chain_get(ifindex, &mp);
	if (err || !mp)
		return err ? err : -ENOENT;
	while ((prog = chain_next(mp, prog)) && xdp_program__id(prog) != id)
		i++;
	xdp_multiprog__close(mp);
	*place = i;
	return prog ? 0 : -ENOENT;
}

void traced_say_gone(const char *ifname, const struct in_force *f)
{
	diag_note("%s: it traces %s (id %u), which has left the interface; the tap keeps it loaded",
		  ifname, f->traced_name, f->traced_id);
	diag_hint(
		"'xdptap-loader set dev %s trace' follows the program that is there now, detach releases the old one",
		ifname);
}

void traced_close(struct traced *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}
