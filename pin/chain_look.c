// SPDX-License-Identifier: BSD-2-Clause
/* The XDP programs on an interface, and which of them a tap traces; used by all three tools. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/chain_look.h"
#include "pin/prog.h"
#include "pin/prog_name.h"
#include "pin/tap.h"

/* How often to look again when the programs are replaced meanwhile. */
#define TRIES 3

/* What is on the interface. */
struct chain {
	int n;
	int fds[CHAIN_LOOK_MAX]; /* of the programs; owned by this struct */
};

static void close_all(struct chain *c)
{
	while (c->n)
		close(c->fds[--c->n]);
}

/* Gets the programs of the interface, in native and generic mode. */
static int get_ids(__u32 ifindex, __u32 ids[2])
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	int err = bpf_xdp_query((int)ifindex, 0, &query);

	ids[0] = query.drv_prog_id;
	ids[1] = query.skb_prog_id;
	return err;
}

/* Adds a program that is alone on the interface. Returns 0 or -errno. */
static int add_single(struct chain *c, __u32 id)
{
	char name[XDPTAP_TRACED_NAME_MAX];
	int fd = bpf_prog_get_fd_by_id(id), err;

	if (fd < 0)
		return -errno;
	err = prog_name_get(fd, name);
	/* libxdp pinned its members in another BPF filesystem. */
	if (!err && !strcmp(name, DISPATCHER_NAME))
		err = -ENODATA;
	if (err)
		close(fd);
	else
		c->fds[c->n++] = fd;
	return err;
}

/* Adds the program with this id, or if it is a dispatcher its members. Returns 0 or -errno. */
static int add(struct chain *c, const char *bpffs, __u32 ifindex, __u32 id)
{
	int n;

	if (!id)
		return 0;
	n = dispatcher_open(bpffs, ifindex, id, c->fds + c->n);
	if (n == -ENOENT)
		return add_single(c, id);
	if (n < 0)
		return n;
	c->n += n;
	return 0;
}

/* Opens all programs on the interface. Returns 0, then the caller closes them; or -errno. */
static int open_all(struct chain *c, const char *bpffs, __u32 ifindex)
{
	__u32 ids[2], again[2];
	int err;

	for (int try = 0; try < TRIES; try++) {
		err = get_ids(ifindex, ids);
		for (int i = 0; i < 2 && !err; i++)
			err = add(c, bpffs, ifindex, ids[i]);
		/* What was replaced meanwhile may have been opened in part, or not at all. */
		if (!get_ids(ifindex, again) && !memcmp(ids, again, sizeof(ids)) && !err)
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

/* Notes a program that is on the interface. Returns 0 or -errno. */
static int look_at(struct chain_look *look, int fd, const struct in_force *f,
		   const struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	__u32 id;
	int err = prog_get_id(fd, &id);

	if (err || is_traced(members, id, look) || id == f->prog_id || id == f->other_prog_id)
		return err;
	/* A trace tap may have been told which one to trace. */
	if (f->traced_id && !f->traced_all)
		return 0;
	look->untraced[look->n].id = id;
	err = prog_name_get(fd, look->untraced[look->n].name);
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
	if (meta->netns_ino != tap_netns_ino() || open_all(&c, bpffs, meta->ifindex))
		return;
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++)
		found.gone[i] = members[i].prog_id && members[i].traced;
	for (int i = 0; i < c.n && !err; i++)
		err = look_at(&found, c.fds[i], f, members);
	close_all(&c);
	if (!err)
		*look = found;
}
