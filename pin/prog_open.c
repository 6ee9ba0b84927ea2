// SPDX-License-Identifier: BSD-2-Clause
/* The kernel does not tell who holds a program, but /proc shows descriptors. Used by dispatcher.c.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/prog_open.h"

#define LINK_OF_PROGRAM "anon_inode:bpf-prog"

/* A descriptor or a process that goes away meanwhile is no error. */
static int unless_gone(int err)
{
	return err == ENOENT || err == ESRCH ? 0 : -err;
}

static bool is_program(int fd_dir, const char *name)
{
	char to[sizeof(LINK_OF_PROGRAM)];
	ssize_t n = readlinkat(fd_dir, name, to, sizeof(to));

	return n == sizeof(LINK_OF_PROGRAM) - 1 && !memcmp(to, LINK_OF_PROGRAM, (size_t)n);
}

/* Returns 1 if this descriptor of a program has the id, 0 if not, or -errno. */
static int has_id(const char *pid, const char *name, __u32 id)
{
	char path[PATH_MAX], line[128];
	int found = 0;
	__u32 of;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/fdinfo/%s", pid, name);
	f = fopen(path, "re");
	if (!f)
		return unless_gone(errno);
	while (!found && fgets(line, sizeof(line), f))
		found = sscanf(line, "prog_id: %u", &of) == 1 && of == id;
	fclose(f);
	return found;
}

/* As prog_open_elsewhere(), for one process. */
static int look_at(const char *pid, __u32 id)
{
	char path[PATH_MAX];
	struct dirent *ent;
	int found = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	d = opendir(path);
	if (!d)
		return unless_gone(errno);
	while (!found && (ent = readdir(d)))
		if (isdigit((unsigned char)*ent->d_name) && is_program(dirfd(d), ent->d_name))
			found = has_id(pid, ent->d_name, id);
	closedir(d);
	return found;
}

int prog_open_elsewhere(__u32 id)
{
	DIR *d = opendir("/proc");
	struct dirent *ent;
	int found = 0;

	if (!d)
		return -errno;
	while (!found && (ent = readdir(d)))
		if (isdigit((unsigned char)*ent->d_name) && atoi(ent->d_name) != getpid())
			found = look_at(ent->d_name, id);
	closedir(d);
	return found;
}
