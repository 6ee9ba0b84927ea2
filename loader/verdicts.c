// SPDX-License-Identifier: BSD-2-Clause
/*
 * Attaches verdict.bpf.c to other XDP programs; used by attach.c and set.c. The entry of a program
 * is written first, without `traced`, then its link is pinned, then `traced` is set. Wherever that
 * is killed, the next one finds out from the links themselves what is counted.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/verdict.skel.h"
#include "loader/members.h"
#include "loader/trace_link.h"
#include "loader/verdicts.h"
#include "pin/tap.h"
#include "pin/verdicts.h"

/* What each program of verdict.bpf.c has, by the names of their pins. */
struct pinned_map {
	const char *pin;
	struct bpf_map *map;
};
#define VERDICT_MAPS 3

static void list_maps(const struct verdict_bpf *skel, struct pinned_map maps[VERDICT_MAPS])
{
	maps[0] = (struct pinned_map){ XDPTAP_MAP_MEMBERS, skel->maps.members };
	maps[1] = (struct pinned_map){ XDPTAP_MAP_VERDICTS, skel->maps.verdict_map };
	maps[2] = (struct pinned_map){ XDPTAP_MAP_LATEST, skel->maps.latest_verdict };
}

int verdicts_create(const struct tap_name *name)
{
	struct verdict_bpf *skel = verdict_bpf__open();
	struct pinned_map maps[VERDICT_MAPS];
	char path[PATH_MAX];
	int err;

	if (!skel)
		return -errno;
	/* Its maps alone. */
	err = bpf_program__set_autoload(skel->progs.count_verdict, false);
	list_maps(skel, maps);
	for (int i = 0; i < VERDICT_MAPS && !err; i++) {
		err = tap_name_path(path, name, maps[i].pin);
		if (!err)
			err = bpf_map__set_pin_path(maps[i].map, path);
	}
	if (!err)
		err = verdict_bpf__load(skel);
	verdict_bpf__destroy(skel);
	return err;
}

/* Makes the object use the pinned maps. Returns 0 or -errno. */
static int use_maps(const struct tap_name *name, const struct verdict_bpf *skel)
{
	struct pinned_map maps[VERDICT_MAPS];
	int fd, err = 0;

	list_maps(skel, maps);
	for (int i = 0; i < VERDICT_MAPS && !err; i++) {
		fd = tap_open_pin(name, maps[i].pin);
		if (fd < 0)
			return fd;
		err = bpf_map__reuse_fd(maps[i].map, fd);
		close(fd);
	}
	return err;
}

/* Begins to count what a program returns. Returns 0 or -errno. */
static int begin(const struct tap_name *name, const struct traced *t)
{
	struct verdict_bpf *skel = verdict_bpf__open();
	char pin[TRACE_LINK_NAME_MAX];
	int err;

	if (!skel)
		return -errno;
	skel->rodata->member = t->member;
	skel->rodata->ifindex = t->ifindex;
	skel->rodata->netns_ino = t->netns_ino;
	err = use_maps(name, skel);
	if (!err)
		err = bpf_program__set_attach_target(skel->progs.count_verdict, t->fd, t->name);
	if (!err)
		err = verdict_bpf__load(skel);
	if (!err)
		err = trace_link_attach(name, trace_link_verdict(pin, t->member),
					skel->progs.count_verdict);
	verdict_bpf__destroy(skel);
	return err;
}

static int write_entry(int members_fd, __u32 i, const struct tap_member *m)
{
	return bpf_map_update_elem(members_fd, &i, m, BPF_ANY) ? -errno : 0;
}

/* Ends with those whose links trace something else than their entries say, or nothing that is
 * listed. Returns 0 or -errno. */
static int end_others(const struct tap_name *name, const struct traced_list *l)
{
	__u32 wanted[XDPTAP_MEMBERS_MAX] = { 0 }, target;
	char pin[TRACE_LINK_NAME_MAX];
	int err = 0;

	for (__u32 i = 0; i < l->n; i++)
		wanted[l->list[i].member] = l->list[i].id;
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX && !err; i++) {
		err = trace_link_target(name, trace_link_verdict(pin, i), &target);
		if (!err && target && target != wanted[i])
			err = trace_link_unpin(name, pin);
	}
	return err;
}

/* Writes the entry of a program, and begins to count if that is not done yet. */
static int follow_one(const struct tap_name *name, int members_fd, const struct traced *t,
		      struct tap_member *m, struct reason *why)
{
	char pin[TRACE_LINK_NAME_MAX];
	const char *words, *hint;
	__u32 target;
	int err;

	err = trace_link_target(name, trace_link_verdict(pin, t->member), &target);
	if (err)
		return reason_set(why, err, "can't examine its link to %s (id %u): %s", t->name,
				  t->id, strerror(-err));
	if (target != t->id) {
		m->traced = 0;
		err = write_entry(members_fd, t->member, m);
		if (err)
			return reason_set(why, err, "can't write " XDPTAP_MAP_MEMBERS ": %s",
					  strerror(-err));
		err = begin(name, t);
		if (err) {
			words = trace_link_refusal(err, &hint);
			return reason_set(why, err, "can't trace %s (id %u): %s\n%s", t->name,
					  t->id, words, hint);
		}
	}
	m->traced = 1;
	err = write_entry(members_fd, t->member, m);
	return err ? reason_set(why, err, "can't write " XDPTAP_MAP_MEMBERS ": %s", strerror(-err))
		   : 0;
}

int verdicts_follow(const struct tap_name *name, struct traced_list *l, struct reason *why)
{
	struct tap_member before[XDPTAP_MEMBERS_MAX], members[XDPTAP_MEMBERS_MAX];
	int members_fd = tap_open_pin(name, XDPTAP_MAP_MEMBERS), err;

	if (members_fd < 0)
		return reason_set(why, members_fd, "can't open " XDPTAP_MAP_MEMBERS ": %s",
				  strerror(-members_fd));
	err = verdicts_read_members(members_fd, before);
	if (err) {
		reason_set(why, err, "can't read " XDPTAP_MAP_MEMBERS ": %s", strerror(-err));
		goto out;
	}
	memcpy(members, before, sizeof(members));
	err = members_assign(l, members);
	if (err) {
		reason_set(
			why, err,
			"more than %u XDP programs have been here, so %s has no place for another one\n"
			"detach it, and attach it again",
			XDPTAP_MEMBERS_MAX, XDPTAP_MAP_MEMBERS);
		goto out;
	}
	/* Before their links go: an entry never says `traced` of what is not. */
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX && !err; i++) {
		if (before[i].traced && !members[i].traced) {
			err = write_entry(members_fd, i, &members[i]);
			if (err)
				reason_set(why, err, "can't write " XDPTAP_MAP_MEMBERS ": %s",
					   strerror(-err));
		}
	}
	if (!err) {
		err = end_others(name, l);
		if (err)
			reason_set(why, err, "can't remove the link of a program that has left: %s",
				   strerror(-err));
	}
	for (__u32 i = 0; i < l->n && !err; i++)
		err = follow_one(name, members_fd, &l->list[i], &members[l->list[i].member], why);
out:
	close(members_fd);
	return err;
}
