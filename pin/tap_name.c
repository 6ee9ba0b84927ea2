// SPDX-License-Identifier: BSD-2-Clause
/* Names and paths of taps; used by all three tools. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/abi.h"
#include "pin/bpffs.h"
#include "pin/tap_name.h"

bool tap_name_valid(const char *ifname)
{
	size_t len = strlen(ifname);

	if (!len || len >= IF_NAMESIZE || !strcmp(ifname, ".") || !strcmp(ifname, ".."))
		return false;
	for (; *ifname; ifname++)
		if (*ifname == '/' || *ifname == ':' || isspace((unsigned char)*ifname))
			return false;
	return true;
}

static void replace_char(char *s, char from, char to)
{
	for (; (s = strchr(s, from)); s++)
		*s = to;
}

int tap_name_path(char buf[PATH_MAX], const struct tap_name *name, const char *pin)
{
	char dir[IF_NAMESIZE];
	int len;

	snprintf(dir, sizeof(dir), "%s", name->ifname);
	replace_char(dir, '.', ':');
	len = snprintf(buf, PATH_MAX, "%s/" TAP_NAME_ROOT "/%s%s%s", name->bpffs, dir,
		       pin ? "/" : "", pin ? pin : "");
	return len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

int tap_name_list(const char *bpffs, char (**ifnames)[IF_NAMESIZE])
{
	char(*list)[IF_NAMESIZE] = NULL, (*more)[IF_NAMESIZE];
	char root[PATH_MAX];
	struct dirent *ent;
	int n = 0, err;
	DIR *d;

	if (snprintf(root, sizeof(root), "%s/" TAP_NAME_ROOT, bpffs) >= PATH_MAX)
		return -ENAMETOOLONG;
	/* A mistyped --bpffs must not look like a machine without taps. */
	if (strcmp(bpffs, BPFFS_DEFAULT) && !bpffs_mounted(bpffs))
		return -ENOTDIR;
	d = opendir(root);
	if (!d) {
		err = -errno;
		if (err == -ENOENT)
			*ifnames = NULL;
		return err == -ENOENT ? 0 : err;
	}
	while ((errno = 0, ent = readdir(d))) {
		if (ent->d_type != DT_DIR || ent->d_name[0] == '.' ||
		    strlen(ent->d_name) >= IF_NAMESIZE)
			continue;
		more = reallocarray(list, (size_t)n + 1, sizeof(*list));
		if (!more) {
			errno = ENOMEM;
			break;
		}
		list = more;
		strcpy(list[n], ent->d_name);
		replace_char(list[n++], ':', '.');
	}
	err = -errno;
	closedir(d);
	if (err) {
		free(list);
		return err;
	}
	if (n)
		qsort(list, (size_t)n, sizeof(*list), by_name);
	*ifnames = list;
	return n;
}

const char *tap_name_ring(char buf[TAP_NAME_RING_MAX], __u32 i)
{
	if (i)
		snprintf(buf, TAP_NAME_RING_MAX, XDPTAP_MAP_RING_PREFIX "%u", i);
	else
		snprintf(buf, TAP_NAME_RING_MAX, "%s", XDPTAP_MAP_RING);
	return buf;
}
