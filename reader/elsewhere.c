// SPDX-License-Identifier: BSD-2-Clause
/* Looks at interfaces in other network namespaces; used by source.c and follow.c. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "pin/dispatcher.h"
#include "pin/netns.h"
#include "reader/elsewhere.h"

static int has_interface(void *arg)
{
	const struct tap_meta *meta = arg;
	char ifname[IF_NAMESIZE];

	return if_indextoname(meta->ifindex, ifname) || errno != ENXIO;
}

/* Looks for the namespace. Returns 1 if there is one, 0 if not, or -errno. */
static int find(struct elsewhere *e, __u32 netns_ino)
{
	char path[PATH_MAX];
	int found;

	free(e->path);
	e->path = NULL;
	found = netns_find(netns_ino, path);
	if (found > 0)
		e->path = strdup(path);
	return found > 0 && !e->path ? -ENOMEM : found;
}

/* Returns 1 if the interface is in its namespace, 0 if not, or -errno. */
static int look(struct elsewhere *e, const struct tap *tap)
{
	struct tap_meta meta = tap->meta;
	int err = -ESTALE;

	if (e->path)
		err = netns_visit(e->path, meta.netns_ino, has_interface, &meta);
	if (err != -ESTALE)
		return err;
	/* What held it there has ended, but something else may hold it. */
	err = find(e, meta.netns_ino);
	return err > 0 ? netns_visit(e->path, meta.netns_ino, has_interface, &meta) : err;
}

bool elsewhere_gone(struct elsewhere *e, const char *bpffs, const struct tap *tap)
{
	__u32 map_id;
	int err;

	if (e->given_up || !(tap->meta.dispatcher || tap->meta.trace) ||
	    tap->meta.netns_ino == tap_netns_ino())
		return false;
	err = look(e, tap);
	if (err > 0 || err == -ESTALE)
		return false;
	/* The pins of a trace tap hold it, and what it traces, wherever the interface is. */
	if (!err && (tap->meta.trace ||
		     (!tap_map_id(tap->stats_fd, &map_id) && dispatcher_is_dead(bpffs, map_id))))
		return true;
	e->given_up = true;
	return false;
}

void elsewhere_free(struct elsewhere *e)
{
	free(e->path);
	*e = (struct elsewhere){ 0 };
}
