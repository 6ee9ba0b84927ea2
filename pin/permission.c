// SPDX-License-Identifier: BSD-2-Clause
/* Finds out who may open a tap, and what keeps a user out; used by tap.c and all three tools. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pin/permission.h"

bool permission_group(const struct tap_name *name, gid_t *gid)
{
	char dir[PATH_MAX];
	struct stat st;

	if (tap_name_path(dir, name, NULL) || stat(dir, &st) || !(st.st_mode & S_IXGRP) ||
	    st.st_mode & S_IXOTH)
		return false;
	*gid = st.st_gid;
	return true;
}

const char *permission_group_name(char buf[PERMISSION_NAME_MAX], gid_t gid)
{
	const struct group *group = getgrgid(gid);

	if (group && strlen(group->gr_name) < PERMISSION_NAME_MAX)
		return strcpy(buf, group->gr_name);
	snprintf(buf, PERMISSION_NAME_MAX, "%u", gid);
	return buf;
}

/*
 * Goes through the directories of an absolute path, from "/" to the last one; `dir` holds the one
 * that is visited. Returns whether `passes` is true of each.
 */
static bool all_pass(const char *path, char dir[PATH_MAX],
		     bool (*passes)(const char *dir, const void *arg), const void *arg)
{
	size_t len = 1;

	for (;;) {
		snprintf(dir, PATH_MAX, "%.*s", (int)len, path);
		if (!passes(dir, arg))
			return false;
		while (path[len] == '/')
			len++;
		if (!path[len])
			return true;
		len += strcspn(path + len, "/");
	}
}

/* Whether this process may pass through. What does not exist keeps nobody out. */
static bool lets_us_pass(const char *dir, const void *arg)
{
	(void)arg;
	return !faccessat(AT_FDCWD, dir, X_OK, AT_EACCESS) || errno != EACCES;
}

static bool lets_group_pass(const char *dir, const void *arg)
{
	const gid_t *gid = arg;
	struct stat st;

	if (stat(dir, &st))
		return true;
	return st.st_mode & (st.st_gid == *gid ? S_IXGRP : S_IXOTH);
}

bool permission_reaches(const char *bpffs, gid_t gid, char dir[PATH_MAX], mode_t *mode)
{
	char absolute[PATH_MAX];
	struct stat st;

	if (!realpath(bpffs, absolute) || all_pass(absolute, dir, lets_group_pass, &gid))
		return true;
	*mode = stat(dir, &st) ? 0 : st.st_mode & 07777;
	return false;
}

#define ONLY_ROOT \
	"only root may open it; 'xdptap-loader attach ... group NAME' lets a group read a tap"

void permission_explain(const struct tap_name *name, struct reason *reason)
{
	char path[PATH_MAX], dir[PATH_MAX], group[PERMISSION_NAME_MAX];
	gid_t gid;

	if (name->bpffs[0] == '/' && !all_pass(name->bpffs, dir, lets_us_pass, NULL)) {
		reason_hint(reason,
			    "run as root, or let users pass through %s: 'chmod a+x %s', as root",
			    dir, dir);
		return;
	}
	if (!name->ifname) {
		reason_hint(reason, ONLY_ROOT);
		return;
	}
	if (tap_name_path(path, name, NULL))
		return;
	if (!permission_group(name, &gid)) {
		if (!lets_us_pass(path, NULL))
			reason_hint(reason, ONLY_ROOT);
		return;
	}
	permission_group_name(group, gid);
	if (lets_us_pass(path, NULL))
		reason_hint(reason,
			    "members of the group %s may read this tap; the rest takes root",
			    group);
	else
		reason_hint(
			reason,
			"run as root, or as a member of the group %s: 'usermod -aG %s USER', as root",
			group, group);
}
