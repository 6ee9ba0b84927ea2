// SPDX-License-Identifier: BSD-2-Clause
/* The XDP programs on an interface, and which of them a tap traces; used by all three tools. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/chain_look.h"
#include "pin/link.h"
#include "pin/prog.h"
#include "pin/prog_name.h"
#include "pin/tap.h"

/* How often to look again when the programs are replaced meanwhile. */
#define TRIES 3

/* What is on the interface. */
struct chain {
	int n;
	struct {
		int fd; /* owned by this struct; -1: only the id is known */
		__u32 id;
	} progs[CHAIN_LOOK_MAX];
};

static void close_all(struct chain *c)
{
	while (c->n)
		if (c->progs[--c->n].fd >= 0)
			close(c->progs[c->n].fd);
}

/* Gets the programs of the interface, in native and generic mode. */
static int get_ids(__u32 ifindex, __u32 ids[2])
{
	struct link link = { 0 };
	int err = link_get(ifindex, &link);

	ids[0] = link.native_id;
	ids[1] = link.generic_id;
	return err;
}

/*
 * Adds a program that is alone on the interface. Returns 0, or -errno: -ENODATA if it is, or
 * without CAP_SYS_ADMIN may be, a dispatcher whose members libxdp pinned in another BPF filesystem.
 */
static int add_single(struct chain *c, const struct tap_meta *meta, __u32 id)
{
	char name[XDPTAP_TRACED_NAME_MAX];
	int fd = bpf_prog_get_fd_by_id(id), err = 0;

	if (fd < 0 && (errno == ENOENT || meta->dispatcher))
		return errno == ENOENT ? -ENOENT : -ENODATA;
	if (fd >= 0)
		err = prog_name_get(fd, name);
	if (fd >= 0 && !err && !strcmp(name, DISPATCHER_NAME))
		err = -ENODATA;
	if (err) {
		close(fd);
		return err;
	}
	c->progs[c->n].fd = fd < 0 ? -1 : fd;
	c->progs[c->n++].id = id;
	return 0;
}

/* Adds the program with this id, or if it is a dispatcher its members. Returns 0 or -errno. */
static int add(struct chain *c, const char *bpffs, const struct tap_meta *meta, __u32 id)
{
	int fds[DISPATCHER_MAX], n, err = 0;

	if (!id)
		return 0;
	n = dispatcher_open(bpffs, meta->ifindex, id, fds);
	if (n == -ENOENT)
		return add_single(c, meta, id);
	for (int i = 0; i < n; i++) {
		c->progs[c->n].fd = fds[i];
		err = err ?: prog_get_id(fds[i], &c->progs[c->n].id);
		c->n++;
	}
	return n < 0 ? n : err;
}

/* Opens all programs on the interface. Returns 0, then the caller closes them; or -errno. */
static int open_all(struct chain *c, const char *bpffs, const struct tap_meta *meta)
{
	__u32 ids[2], again[2];
	int err;

	for (int try = 0; try < TRIES; try++) {
		err = get_ids(meta->ifindex, ids);
		for (int i = 0; i < 2 && !err; i++)
			err = add(c, bpffs, meta, ids[i]);
		/* What was replaced meanwhile may have been opened in part, or not at all. */
		if (!get_ids(meta->ifindex, again) && !memcmp(ids, again, sizeof(ids)) && !err)
			return 0;
		close_all(c);
	}
	return err ? err : -EAGAIN;
}

/* Returns whether the program is traced, and notes that it is on the interface. */
static bool is_traced(const struct tap_member members[XDPTAP_MEMBERS_MAX], __u32 id,
		      struct chain_look *look)
{
	bool found = false;

	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		if (!members[i].traced || members[i].prog_id != id)
			continue;
		look->gone[i] = false;
		found = true;
	}
	return found;
}

/* Notes a program that is on the interface; fd -1: only its id is known. Returns 0 or -errno. */
static int look_at(struct chain_look *look, int fd, __u32 id, const struct in_force *f,
		   const struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	int err = 0;

	if (is_traced(members, id, look) || id == f->prog_id || id == f->other_prog_id)
		return 0;
	/* A trace tap may have been told which one to trace. */
	if (f->traced_id && !f->traced_all)
		return 0;
	look->untraced[look->n].id = id;
	if (fd >= 0)
		err = prog_name_get(fd, look->untraced[look->n].name);
	else
		strcpy(look->untraced[look->n].name, "a program");
	if (!err)
		look->n++;
	return err;
}

void chain_look_take(struct chain_look *look, const char *bpffs, const struct tap_meta *meta,
		     const struct in_force *f, const struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	struct chain_look found = { .known = true };
	struct chain c = { 0 };
	int err = 0;

	memset(look, 0, sizeof(*look));
	if (meta->netns_ino != tap_netns_ino() || open_all(&c, bpffs, meta))
		return;
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++)
		found.gone[i] = members[i].prog_id && members[i].traced;
	for (int i = 0; i < c.n && !err; i++)
		err = look_at(&found, c.progs[i].fd, c.progs[i].id, f, members);
	close_all(&c);
	if (!err)
		*look = found;
}
