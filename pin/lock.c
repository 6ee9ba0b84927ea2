// SPDX-License-Identifier: BSD-2-Clause
/* flock(2), and who holds it. */
#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "pin/lock.h"

int lock_try(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
}

int lock_wait(int fd)
{
	return flock(fd, LOCK_EX) ? -errno : 0;
}

pid_t lock_holder(int fd)
{
	unsigned int major, minor;
	unsigned long inode;
	pid_t found = 0;
	struct stat st;
	char line[160];
	FILE *f;
	int pid;

	if (fstat(fd, &st))
		return 0;
	f = fopen("/proc/locks", "re");
	if (!f)
		return 0;
	/* "1: FLOCK  ADVISORY  WRITE 1234 00:1b:5678 0 EOF"; waiters have "->" */
	while (!found && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*d: FLOCK ADVISORY WRITE %d %x:%x:%lu", &pid, &major, &minor,
			   &inode) == 4 &&
		    inode == st.st_ino && makedev(major, minor) == st.st_dev)
			found = pid;
	fclose(f);
	return found;
}
