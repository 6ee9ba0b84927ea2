// SPDX-License-Identifier: BSD-2-Clause
/* From the name that a user gives to the name of the pins; used by all three tools. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/link.h"
#include "pin/tap.h"
#include "pin/tap_find.h"

/* Returns the index of the tap's interface; 0 if it has no meta or is of another namespace. */
static __u32 interface_of(const char *bpffs, const char *ifname)
{
	const struct tap_name name = { bpffs, ifname };
	struct tap_meta meta;
	struct reason reason;

	if (tap_read_meta(&name, &meta, &reason) || meta.netns_ino != tap_netns_ino())
		return 0;
	return meta.ifindex;
}

bool tap_find_interface(const char *bpffs, __u32 ifindex, char ifname[IF_NAMESIZE])
{
	char(*names)[IF_NAMESIZE] = NULL;
	int n = tap_name_list(bpffs, &names);
	bool found = false;

	for (int i = 0; i < n && !found; i++) {
		found = interface_of(bpffs, names[i]) == ifindex;
		if (found)
			strcpy(ifname, names[i]);
	}
	free(names);
	return found;
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
	__u32 owner = interface_of(bpffs, link->ifname);
	char now[IF_NAMESIZE];

	if (!owner || !if_indextoname(owner, now))
		return 0;
	return reason_set(reason, -ENOTUNIQ,
			  "it has no tap; the pins of this name are of %s, which was renamed", now);
}

int tap_find(const char *bpffs, const char *word, char ifname[IF_NAMESIZE], struct reason *reason)
{
	struct link link;
	bool exists = !link_find(word, &link);

	/* Most taps are pinned under the name that their interface has. */
	if (exists && interface_of(bpffs, link.ifname) == link.ifindex) {
		strcpy(ifname, link.ifname);
		return 0;
	}
	if (exists && tap_find_interface(bpffs, link.ifindex, ifname))
		return 0;
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
