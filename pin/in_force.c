// SPDX-License-Identifier: BSD-2-Clause
/* Reads the settings that are in force; used by tap.c and the loader. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pin/in_force.h"
#include "pin/link.h"

/* How often to read again when a command of the loader changes them meanwhile. */
#define TRIES 10

static int read_control(int fd, struct tap_control *control)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(fd, &zero, control) ? -errno : 0;
}

static int read_settings(int fd, __u32 i, struct tap_settings *settings)
{
	if (bpf_map_lookup_elem(fd, &i, settings))
		return -errno;
	settings->filter[sizeof(settings->filter) - 1] = '\0';
	settings->traced_name[sizeof(settings->traced_name) - 1] = '\0';
	return 0;
}

/* Returns false only if the kernel says so: asking it takes CAP_SYS_ADMIN. */
static bool is_loaded(__u32 prog_id)
{
	int fd = bpf_prog_get_fd_by_id(prog_id);

	if (fd < 0)
		return errno != ENOENT;
	close(fd);
	return true;
}

static bool has(const struct link *link, __u32 id)
{
	return link->native_id == id || link->generic_id == id || link->offload_id == id;
}

/*
 * While it is the turn of whichever program is attached: whether that is no longer the former one.
 * Somebody else may hold that one, so the interface is asked first. Returns 1, 0 or -errno.
 */
static int is_replaced(__u32 former, __u32 successor, __u32 ifindex)
{
	struct link link;
	int err = ifindex ? link_get(ifindex, &link) : -ENODEV;

	if (err && err != -ENODEV)
		return err;
	if (!err && has(&link, successor))
		return 1;
	if (!err && has(&link, former))
		return 0;
	return !is_loaded(former);
}

/* `records` are those at index 0 and 1. */
static int read_once(struct in_force *f, int control_fd, int settings_fd, __u32 ifindex,
		     struct tap_settings records[2])
{
	const struct tap_settings *now, *other;
	struct tap_control after;
	int err, replaced = 0;

	err = read_control(control_fd, &f->control);
	for (__u32 i = 0; i < 2 && !err; i++)
		err = read_settings(settings_fd, i, &records[i]);
	if (!err)
		err = read_control(control_fd, &after);
	if (err)
		return err;
	if (memcmp(&after, &f->control, sizeof(after)))
		return -EAGAIN;

	f->generation = f->control.generation;
	now = &records[f->generation % 2];
	other = &records[!(f->generation % 2)];
	/* `set` was killed after it had swapped the programs: the former one is gone. */
	if (f->control.turn == XDPTAP_TURN_ANY && other->generation == f->generation + 1)
		replaced = is_replaced(now->prog_id, other->prog_id, ifindex);
	if (replaced < 0)
		return replaced;
	if (replaced) {
		f->generation++;
		now = other;
		other = &records[!(f->generation % 2)];
	}
	if (now->generation != f->generation || !now->sample || now->snaplen > XDPTAP_SNAPLEN_MAX)
		return -EPROTO;
	f->prog_id = now->prog_id;
	f->other_prog_id = other->prog_id;
	f->snaplen = now->snaplen;
	f->sample = now->sample;
	f->actions = now->actions;
	f->since_ns = now->since_ns;
	f->traced_id = now->traced_id;
	f->traced_mode = now->traced_mode;
	f->traced_dispatcher = now->traced_dispatcher;
	f->traced_all = now->traced_all;
	memcpy(f->traced_name, now->traced_name, sizeof(f->traced_name));
	f->filter = *now->filter ? strdup(now->filter) : NULL;
	return *now->filter && !f->filter ? -ENOMEM : 0;
}

int in_force_read(struct in_force *f, int control_fd, int settings_fd, __u32 ifindex)
{
	struct tap_settings *records = calloc(2, sizeof(*records));
	struct in_force new = { 0 };
	int err = -EAGAIN;

	if (!records)
		return -ENOMEM;
	for (int i = 0; i < TRIES && err == -EAGAIN; i++)
		err = read_once(&new, control_fd, settings_fd, ifindex, records);
	free(records);
	if (!err)
		*f = new;
	return err;
}

void in_force_free(struct in_force *f)
{
	free(f->filter);
	f->filter = NULL;
}
