// SPDX-License-Identifier: BSD-2-Clause
/* Puts right what libxdp left when it failed; used by attachment.c, successor.c and chain.c. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "loader/aftermath.h"
#include "pin/bpffs.h"
#include "pin/dispatcher.h"
#include "pin/prog.h"
#include "pin/prog_name.h"

/* How often to ask again if an answer is lost. */
#define TRIES 3

/* Gets the program of the interface, and the flags of its mode; id 0: none. Returns 0 or -errno. */
static int get_program(__u32 ifindex, __u32 *id, __u32 *flags)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	int err = -EAGAIN;

	for (int i = 0; err && i < TRIES; i++)
		err = bpf_xdp_query((int)ifindex, 0, &query);
	if (err)
		return err;
	*id = query.drv_prog_id ?: query.skb_prog_id ?: query.hw_prog_id;
	*flags = query.drv_prog_id   ? XDP_FLAGS_DRV_MODE
		 : query.skb_prog_id ? XDP_FLAGS_SKB_MODE
				     : XDP_FLAGS_HW_MODE;
	return 0;
}

int aftermath_prepare(struct aftermath *a, __u32 ifindex)
{
	struct aftermath new = { .ifindex = ifindex, .fd = -1 };
	__u32 flags;
	int err = get_program(ifindex, &new.id, &flags);

	if (err)
		return err;
	/* Without CAP_SYS_ADMIN it can't be had, but neither can it be joined. */
	if (new.id)
		new.fd = bpf_prog_get_fd_by_id(new.id);
	*a = new;
	return 0;
}

/* Whether it is a dispatcher without pins, as none is that works: 1, 0 or -errno. */
static int is_abandoned(__u32 ifindex, int fd, __u32 id)
{
	char name[XDPTAP_TRACED_NAME_MAX];
	int fds[DISPATCHER_MAX];
	int err = prog_name_get(fd, name), n;

	if (err || strcmp(name, DISPATCHER_NAME))
		return err;
	n = dispatcher_open(BPFFS_DEFAULT, ifindex, id, fds);
	for (int i = 0; i < n; i++)
		close(fds[i]);
	return !n || n == -ENOENT ? 1 : n < 0 ? n : 0;
}

/* Whether libxdp left this program there: 1, 0 or -errno. */
static int is_left(__u32 ifindex, int fd, __u32 id, int own_fd)
{
	int own = own_fd < 0 ? 0 : prog_has_id(own_fd, id);

	return own ? own : is_abandoned(ifindex, fd, id);
}

/* Puts the former program in the place of this one. Returns 0 or -errno. */
static int put_back(const struct aftermath *a, int fd, __u32 id, __u32 flags)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = fd);
	__u32 now = id;
	int err = 0;

	if (a->id && a->fd < 0)
		return -EPERM;
	for (int i = 0; i < TRIES && now == id; i++) {
		err = bpf_xdp_attach((int)a->ifindex, a->fd, flags | XDP_FLAGS_REPLACE, &opts);
		if (get_program(a->ifindex, &now, &flags))
			return err ? err : -EIO;
	}
	return now == id ? err ? err : -EIO : 0;
}

int aftermath_undo(const struct aftermath *a, int own_fd)
{
	__u32 id, flags;
	int err, fd;

	err = get_program(a->ifindex, &id, &flags);
	if (err)
		return err == -ENODEV ? 0 : err;
	if (id == a->id)
		return 0;
	if (!id)
		return 1;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0 && own_fd >= 0 && prog_has_id(own_fd, id) > 0)
		fd = dup(own_fd); /* without CAP_SYS_ADMIN */
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	err = is_left(a->ifindex, fd, id, own_fd);
	if (err > 0)
		err = put_back(a, fd, id, flags);
	close(fd);
	return err;
}

void aftermath_close(struct aftermath *a)
{
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}
