// SPDX-License-Identifier: BSD-2-Clause
/* Assigns entries of XDPTAP_MAP_MEMBERS; used by verdicts.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/members.h"

/* Between two places, so that others can get in between. */
#define PLACE_GAP (1u << 20)

static bool is_listed(const struct traced_list *l, __u32 id)
{
	for (__u32 i = 0; i < l->n; i++)
		if (l->list[i].id == id)
			return true;
	return false;
}

/* Finds the entry of a program. Returns its index, or XDPTAP_MEMBERS_MAX if there is no room. */
static __u32 find_entry(const struct traced_list *l, const struct traced *t,
			const struct tap_member *members)
{
	__u32 named = XDPTAP_MEMBERS_MAX, unused = XDPTAP_MEMBERS_MAX;

	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++) {
		if (members[i].prog_id == t->id)
			return i;
		if (!members[i].prog_id)
			unused = i < unused ? i : unused;
		else if (!is_listed(l, members[i].prog_id) && !strcmp(members[i].name, t->name))
			named = i < named ? i : named;
	}
	return named < XDPTAP_MEMBERS_MAX ? named : unused;
}

/*
 * Gives places to the programs that have none, 0. The others keep theirs, as programs that run now
 * compare them; if there is no place between two, all get new ones.
 */
static void give_places(const struct traced_list *l, struct tap_member *members)
{
	__u32 last = 0, next, *place;

	for (__u32 i = 0; i < l->n; i++) {
		place = &members[l->list[i].member].place;
		if (!*place) {
			next = last + 2 * PLACE_GAP;
			for (__u32 j = i + 1; j < l->n; j++) {
				if (members[l->list[j].member].place) {
					next = members[l->list[j].member].place;
					break;
				}
			}
			*place = next > last ? last + (next - last) / 2 : last;
		}
		if (*place <= last) {
			for (__u32 k = 0; k < l->n; k++)
				members[l->list[k].member].place = (k + 1) * PLACE_GAP;
			return;
		}
		last = *place;
	}
}

int members_assign(struct traced_list *l, struct tap_member members[XDPTAP_MEMBERS_MAX])
{
	bool used[XDPTAP_MEMBERS_MAX] = { false };
	struct tap_member *m;

	for (__u32 i = 0; i < l->n; i++) {
		struct traced *t = &l->list[i];

		t->member = find_entry(l, t, members);
		if (t->member == XDPTAP_MEMBERS_MAX)
			return -ENOSPC;
		used[t->member] = true;
		m = &members[t->member];
		if (m->prog_id != t->id || !m->traced) {
			m->traced = 0;
			m->place = 0;
		}
		m->prog_id = t->id;
		m->chain_actions = traced_passes_on(l, i);
		snprintf(m->name, sizeof(m->name), "%s", t->name);
	}
	for (__u32 i = 0; i < XDPTAP_MEMBERS_MAX; i++)
		if (!used[i])
			members[i].traced = 0;
	give_places(l, members);
	return 0;
}
