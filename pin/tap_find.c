// SPDX-License-Identifier: BSD-2-Clause
/* From the name that a user gives to the name of the pins; used by all three tools. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/link.h"
#include "pin/tap.h"
#include "pin/tap_find.h"

/*
 * Gets the index of the tap's interface: 0 if there is no tap, it has no valid meta, or is of
 * another namespace, or if this user may not know. Returns 0, or -errno and the reason.
 */
static int interface_of(const char *bpffs, const char *ifname, __u32 *ifindex,
			struct reason *reason)
{
	const struct tap_name name = { bpffs, ifname };
	struct tap_meta meta;
	int err = tap_read_meta(&name, &meta, reason);

	*ifindex = !err && meta.netns_ino == tap_netns_ino() ? meta.ifindex : 0;
	switch (err) {
	case -ENOENT:
	case -ENODATA:
	case -EPROTO:
	case -EACCES:
	case -EPERM:
		return 0;
	default:
		return err;
	}
}

int tap_find_interface(const char *bpffs, __u32 ifindex, char ifname[IF_NAMESIZE],
		       struct reason *reason)
{
	char(*names)[IF_NAMESIZE] = NULL;
	int n = tap_name_list(bpffs, &names), err = 0, found = 0;
	__u32 of;

	if (n < 0 && n != -EACCES && n != -EPERM && n != -ENOTDIR)
		return reason_set(reason, n, "can't list the taps in %s: %s", bpffs, strerror(-n));
	for (int i = 0; i < n && !err && !found; i++) {
		err = interface_of(bpffs, names[i], &of, reason);
		found = !err && of == ifindex;
		if (found)
			strcpy(ifname, names[i]);
	}
	free(names);
	return err ? err : found;
}

static bool is_pinned(const char *bpffs, const char *ifname)
{
	const struct tap_name name = { bpffs, ifname };
	char dir[PATH_MAX];

	return tap_name_valid(ifname) && !tap_name_path(dir, &name, NULL) && !access(dir, F_OK);
}

/* For an interface without a tap, whose name pins may have all the same. */
static int check_owner(const char *bpffs, const struct link *link, struct reason *reason)
{
	char now[IF_NAMESIZE];
	__u32 owner;
	int err = interface_of(bpffs, link->ifname, &owner, reason);

	if (!err && owner)
		err = link_name(owner, now);
	if (err == -ENODEV || (!err && !owner))
		return 0;
	if (err)
		return err;
	return reason_set(reason, -ENOTUNIQ,
			  "it has no tap; the pins of this name are of %s, which was renamed", now);
}

int tap_find(const char *bpffs, const char *word, char ifname[IF_NAMESIZE], struct reason *reason)
{
	struct link link;
	int err = link_find(word, &link), found;
	bool exists = !err;
	__u32 of = 0;

	/* A tap of this name may be another one than that of the interface of this name. */
	if (err && err != -ENODEV)
		return reason_set(reason, err, "can't find the interface: %s", strerror(-err));
	err = tap_know_netns(reason);
	/* Most taps are pinned under the name that their interface has. */
	if (!err && exists)
		err = interface_of(bpffs, link.ifname, &of, reason);
	if (err)
		return err;
	if (exists && of == link.ifindex) {
		strcpy(ifname, link.ifname);
		return 0;
	}
	found = exists ? tap_find_interface(bpffs, link.ifindex, ifname, reason) : 0;
	if (found)
		return found < 0 ? found : 0;
	/* An alternative name may be that of pins, whose interface is gone or not to be seen here.
	 */
	if (exists && (!strcmp(word, link.ifname) || !is_pinned(bpffs, word))) {
		strcpy(ifname, link.ifname);
		return check_owner(bpffs, &link, reason);
	}
	if (tap_name_valid(word)) {
		strcpy(ifname, word);
		return 0;
	}
	return reason_set(reason, -ENODEV, "there is no interface of this name");
}
