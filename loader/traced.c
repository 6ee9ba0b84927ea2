// SPDX-License-Identifier: BSD-2-Clause
/* Finds the XDP programs to trace; used by attach.c and set.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "loader/chain.h"
#include "loader/trace_link.h"
#include "loader/traced.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/cli/number.h"
#include "pin/prog.h"
#include "pin/prog_name.h"
#include "pin/tap.h"
#include "pin/verdicts.h"

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

static bool is_unreadable(const char *ifname, const struct xdp_multiprog *mp)
{
	if (!chain_is_unreadable(mp))
		return false;
	diag_error("%s: there is a dispatcher (id %u), but its pins can't be read", ifname,
		   xdp_program__id(xdp_multiprog__main_prog(mp)));
	diag_hint(
		"use the BPF filesystem (--bpffs, LIBXDP_BPFFS), mount namespace and libxdp version that made it");
	return true;
}

/* Chooses the program. Returns NULL after saying why there is none. */
static struct xdp_program *choose(const char *ifname, const struct xdp_multiprog *mp,
				  const char *wanted)
{
	struct xdp_program *prog = NULL, *found = NULL;
	__u32 n = 0;

	while ((prog = chain_next(mp, prog))) {
		if (!is_wanted(prog, wanted))
			continue;
		n++;
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

/*
 * Gets the name of the function from the BTF of the program. Returns 0, or -errno with the reason,
 * of which a second line says what to do.
 */
static int examine(struct traced *t, struct reason *why)
{
	struct bpf_prog_info info;
	bool takes_context;
	struct btf *btf;
	__u32 type_id;
	int err;

	err = prog_name_function(t->fd, &info, &type_id);
	if (err)
		return reason_set(why, err, "can't examine the program (id %u): %s", t->id,
				  strerror(-err));
	if (!type_id)
		return reason_set(why, -EINVAL,
				  "the program %s (id %u) has no BTF, which tracing needs\n"
				  "compile it with 'clang -g', and load it with libbpf",
				  info.name, t->id);
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!btf)
		return reason_set(why, -errno, "can't read the BTF of the program %s (id %u): %s",
				  info.name, t->id, strerror(errno));
	err = examine_function(btf, type_id, t->name, &takes_context);
	btf__free(btf);
	if (err == -ENAMETOOLONG)
		return reason_set(
			why, err,
			"the program %s (id %u) can't be traced: its function's name has more than %u characters",
			info.name, t->id, XDPTAP_TRACED_NAME_MAX - 1);
	if (err || !takes_context)
		return reason_set(
			why, -EINVAL,
			"the program %s (id %u) can't be traced: by its BTF its argument is not 'struct xdp_md *'\n"
			"declare it so in its source",
			info.name, t->id);
	return 0;
}

/* After which of its actions the chain continues, unless it is the only program. */
static __u32 chain_actions(const struct xdp_multiprog *mp, struct xdp_program *prog)
{
	__u32 actions = 0;

	for (__u32 i = XDP_ABORTED; i <= XDP_REDIRECT && !xdp_multiprog__is_legacy(mp); i++)
		if (xdp_program__chain_call_enabled(prog, (enum xdp_action)i))
			actions |= 1u << i;
	return actions;
}

/* Appends a program to the list. Returns 0, or -errno with the reason. */
static int add(struct traced_list *l, __u32 ifindex, const struct xdp_multiprog *mp,
	       struct xdp_program *prog, struct reason *why)
{
	struct traced t = {
		.id = xdp_program__id(prog),
		.ifindex = ifindex,
		.netns_ino = tap_netns_ino(),
		.chain_actions = chain_actions(mp, prog),
	};
	int err;

	if (l->n == TRACED_MAX)
		return reason_set(why, -E2BIG, "there are more than %u programs", TRACED_MAX);
	t.fd = bpf_prog_get_fd_by_id(t.id);
	if (t.fd < 0)
		return reason_set(why, -errno, "can't open the program (id %u): %s", t.id,
				  strerror(errno));
	err = examine(&t, why);
	if (err) {
		close(t.fd);
		return err;
	}
	l->mode = (enum xdptap_mode)xdp_multiprog__attach_mode(mp);
	l->dispatcher = !xdp_multiprog__is_legacy(mp);
	l->list[l->n++] = t;
	return 0;
}

/* Gets the programs of the interface. Returns 0; or -errno after saying why, as traced_find(). */
static int get_chain(const char *ifname, __u32 ifindex, struct xdp_multiprog **mp)
{
	int err = chain_get(ifindex, mp);

	if (err) {
		diag_error("%s: can't list its XDP programs: %s", ifname, strerror(-err));
		if (err == -EPERM || err == -EACCES)
			capability_hint(CAPABILITY_LOOK);
		else if (err == -ENAMETOOLONG)
			diag_hint(
				"libxdp handles no program whose function has a name of 99 characters or more");
		return err;
	}
	if (*mp && is_unreadable(ifname, *mp)) {
		xdp_multiprog__close(*mp);
		return -ENOENT;
	}
	return 0;
}

static int say_none(const char *ifname)
{
	diag_error("%s: no XDP program is attached to it, so there is none to trace", ifname);
	return -ENODATA;
}

int traced_find(const char *ifname, __u32 ifindex, const char *wanted, struct traced_list *l)
{
	struct traced_list found = { 0 };
	struct xdp_program *prog;
	struct xdp_multiprog *mp;
	struct reason why;
	int err;

	err = get_chain(ifname, ifindex, &mp);
	if (err)
		return err;
	if (!mp)
		return say_none(ifname);
	prog = choose(ifname, mp, wanted);
	err = prog ? add(&found, ifindex, mp, prog, &why) : -ENOENT;
	if (prog && err)
		diag_error_hint(ifname, why.text, NULL);
	xdp_multiprog__close(mp);
	if (!err)
		*l = found;
	return err;
}

/*
 * As add(), but goes on, after saying so, if it is in the nature of the program that it can't be
 * traced, or if it has left.
 */
static int add_if_traceable(struct traced_list *l, const char *ifname, __u32 ifindex,
			    const struct xdp_multiprog *mp, struct xdp_program *prog,
			    struct reason *why)
{
	int err = add(l, ifindex, mp, prog, why);

	if (err != -EINVAL && err != -ENAMETOOLONG && err != -E2BIG && err != -ENOENT)
		return err;
	diag_note("%s: not traced: %.*s", ifname, (int)strcspn(why->text, "\n"), why->text);
	return 0;
}

int traced_find_all(const char *ifname, __u32 ifindex, __u32 own_map_id, struct traced_list *l)
{
	struct traced_list found = { .all = true };
	struct xdp_program *prog = NULL;
	struct xdp_multiprog *mp;
	struct reason why;
	int err;

	err = get_chain(ifname, ifindex, &mp);
	if (err)
		return err;
	while (mp && !err && (prog = chain_next(mp, prog))) {
		err = own_map_id ? prog_uses_map(xdp_program__fd(prog), own_map_id) : 0;
		if (err > 0) {
			err = 0;
		} else if (err) {
			reason_set(&why, err, "can't examine the program (id %u): %s",
				   xdp_program__id(prog), strerror(-err));
		} else if (prog == xdp_multiprog__hw_prog(mp)) {
			diag_note("%s: the program %s is offloaded, and can't be traced", ifname,
				  xdp_program__name(prog));
		} else {
			err = add_if_traceable(&found, ifname, ifindex, mp, prog, &why);
		}
	}
	if (err)
		diag_error_hint(ifname, why.text, NULL);
	xdp_multiprog__close(mp);
	if (err)
		traced_close(&found);
	else
		*l = found;
	return err;
}

/*
 * Opens one again, at this place of the list. `m` is its entry in XDPTAP_MAP_MEMBERS, NULL if it
 * has none. Returns 0 or -errno.
 */
static int reopen(const struct tap *tap, struct traced_list *l, __u32 at, __u32 id,
		  const char *name, const struct tap_member *m)
{
	struct traced t = {
		.id = id,
		.ifindex = tap->meta.ifindex,
		.netns_ino = tap->meta.netns_ino,
		.chain_actions = m ? m->chain_actions : 0,
	};

	if (l->n == TRACED_MAX)
		return -E2BIG;
	t.fd = bpf_prog_get_fd_by_id(id);
	if (t.fd < 0)
		return -errno;
	snprintf(t.name, sizeof(t.name), "%s", name);
	memmove(&l->list[at + 1], &l->list[at], (l->n++ - at) * sizeof(t));
	l->list[at] = t;
	return 0;
}

/*
 * Those at whose exits the programs in force are, by their links: a `set` that failed or was killed
 * may have left other ones in XDPTAP_MAP_MEMBERS. The name of an entry never changes. Returns 0 or
 * -errno.
 */
static int reopen_linked(const struct tap_name *name, const struct tap *tap,
			 const struct tap_member members[XDPTAP_MEMBERS_MAX], struct traced_list *l)
{
	char pin[TRACE_LINK_NAME_MAX];
	int err = 0;
	__u32 id, at;

	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX && !err; i++) {
		err = trace_link_target(name, trace_link_exit(pin, tap->in_force.generation, i),
					&id);
		if (err || !id)
			continue;
		for (at = 0; at < l->n && members[l->list[at].member].place <= members[i].place;)
			at++;
		err = reopen(tap, l, at, id, members[i].name, &members[i]);
		if (!err)
			l->list[at].member = i;
	}
	if (err)
		return err;
	return l->n ? 0 : -ENOENT;
}

/* At the entry there is one. As above; without `verdicts` there are no members. */
static int reopen_entry(const struct tap *tap, const struct tap_member *members,
			struct traced_list *l)
{
	const struct in_force *f = &tap->in_force;
	const struct tap_member *m = NULL;

	for (__u32 i = 0; members && i < XDPTAP_MEMBERS_MAX; i++)
		if (members[i].prog_id == f->traced_id)
			m = &members[i];
	return reopen(tap, l, 0, f->traced_id, f->traced_name, m);
}

int traced_reopen(const struct tap_name *name, const struct tap *tap, struct traced_list *l)
{
	const struct in_force *f = &tap->in_force;
	struct traced_list found = {
		.mode = (enum xdptap_mode)f->traced_mode,
		.dispatcher = f->traced_dispatcher,
		.all = f->traced_all,
		.at_exit = tap->meta.at_exit,
	};
	struct tap_member members[XDPTAP_MEMBERS_MAX];
	int err = 0;

	if (tap->meta.verdicts)
		err = verdicts_read_members(tap->members_fd, members);
	if (!err)
		err = tap->meta.at_exit
			      ? reopen_linked(name, tap, members, &found)
			      : reopen_entry(tap, tap->meta.verdicts ? members : NULL, &found);
	if (err)
		traced_close(&found);
	else
		*l = found;
	return err;
}

const char *traced_text(char text[TRACED_TEXT_MAX], const struct traced_list *l)
{
	char *p = text;

	*p = '\0';
	for (__u32 i = 0; i < l->n; i++)
		p += sprintf(p, "%s%s (id %u)", i ? ", " : "", l->list[i].name, l->list[i].id);
	return text;
}

void traced_say_gone(const char *ifname, const struct in_force *f)
{
	diag_note("%s: it traces %s (id %u), which has left the interface; the tap keeps it loaded",
		  ifname, f->traced_name, f->traced_id);
	diag_hint(
		"'xdptap-loader set dev %s trace' follows the program that is there now, detach releases the old one",
		ifname);
}

void traced_close(struct traced_list *l)
{
	while (l->n)
		close(l->list[--l->n].fd);
}
