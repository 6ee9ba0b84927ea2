// SPDX-License-Identifier: BSD-2-Clause
/* Lets the members of a group read a tap; used by attach.c. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf/abi.h"
#include "loader/dir.h"
#include "loader/group.h"
#include "pin/cli/diag.h"
#include "pin/cli/number.h"
#include "pin/permission.h"

bool group_find(const char *word, gid_t *gid)
{
	const struct group *group = getgrnam(word);
	const char *rest;
	uint64_t number;

	if (group) {
		*gid = group->gr_gid;
		return true;
	}
	/* The largest number means "no group" to chown(2). */
	rest = number_digits(word, (gid_t)-2, &number);
	if (!rest || *rest)
		return false;
	*gid = (gid_t)number;
	return true;
}

#define READ  0640
#define WRITE 0660

/* Whatever is not here is root's alone: links, and maps that only the programs and the loader use.
 */
static mode_t mode_of(const char *pin)
{
	static const struct {
		const char *pin;
		mode_t mode;
	} shared[] = {
		{ XDPTAP_MAP_RING, WRITE },    { XDPTAP_MAP_DOORBELL, WRITE },
		{ XDPTAP_MAP_WAKEUP, WRITE },  { XDPTAP_MAP_META, READ },
		{ XDPTAP_MAP_STATS, READ },    { XDPTAP_MAP_CONTROL, READ },
		{ XDPTAP_MAP_SETTINGS, READ }, { XDPTAP_MAP_FLOWS, READ },
		{ XDPTAP_MAP_FLUSHED, READ },  { XDPTAP_MAP_MEMBERS, READ },
		{ XDPTAP_MAP_VERDICTS, READ }, { XDPTAP_MAP_ERRORS, READ },
	};

	if (!strncmp(pin, XDPTAP_MAP_RING_PREFIX, strlen(XDPTAP_MAP_RING_PREFIX)))
		return WRITE;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (!strcmp(pin, shared[i].pin))
			return shared[i].mode;
	return 0;
}

/* Nobody else may write to the directory, so no file takes the place of another meanwhile. */
static int give_pin(int dir_fd, const char *pin, mode_t mode, gid_t gid)
{
	if (fchownat(dir_fd, pin, (uid_t)-1, gid, AT_SYMLINK_NOFOLLOW) ||
	    fchmodat(dir_fd, pin, mode, 0))
		return -errno;
	return 0;
}

static int give_pins(int dir_fd, gid_t gid)
{
	int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy); /* closedir() closes the copy */
	struct dirent *ent;
	mode_t mode;

	if (!d) {
		err = -errno;
		if (copy >= 0)
			close(copy);
		return err;
	}
	while (!err && (errno = 0, ent = readdir(d))) {
		mode = mode_of(ent->d_name);
		if (mode)
			err = give_pin(dir_fd, ent->d_name, mode, gid);
	}
	if (!err && errno)
		err = -errno;
	closedir(d);
	return err;
}

/*
 * Lets everybody list the taps and pass on to those that they may read. If attach fails afterwards,
 * that stays: another attach may rely on it by now.
 */
static int open_root(int dir_fd)
{
	const mode_t all = S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;
	struct stat st;

	if (fstatat(dir_fd, "..", &st, 0))
		return -errno;
	if ((st.st_mode & all) == all)
		return 0;
	return fchmodat(dir_fd, "..", (st.st_mode & 07777) | all, 0) ? -errno : 0;
}

int group_give(int dir_fd, gid_t gid)
{
	int err = give_pins(dir_fd, gid);

	if (!err)
		err = open_root(dir_fd);
	if (!err && (fchown(dir_fd, (uid_t)-1, gid) || fchmod(dir_fd, PERMISSION_TAP_DIR)))
		err = -errno;
	return err;
}

int group_give_meta(int dir_fd, gid_t gid)
{
	int err = give_pin(dir_fd, DIR_NEW_META, mode_of(XDPTAP_MAP_META), gid);

	if (err)
		return err;
	return renameat(dir_fd, DIR_NEW_META, dir_fd, XDPTAP_MAP_META) ? -errno : 0;
}

void group_say_unreachable(const struct tap_name *name, gid_t gid)
{
	char dir[PATH_MAX], group[PERMISSION_NAME_MAX];
	mode_t mode;

	if (permission_reaches(name->bpffs, gid, dir, &mode))
		return;
	diag_note(
		"%s: members of the group %s can't pass through %s (mode %04o), so they can't read it",
		name->ifname, permission_group_name(group, gid), dir, mode);
	diag_hint(
		"'chmod a+x %s' lets them, and all other users; what is in it keeps its permissions",
		dir);
}
