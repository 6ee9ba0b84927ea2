// SPDX-License-Identifier: BSD-2-Clause
/* Takes locks, and finds out who holds them; used by all three tools. */
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

/* PROC_PID_INIT_INO in the kernel's linux/proc_ns.h. */
#define FIRST_PID_NAMESPACE 0xEFFFFFFCu

bool lock_sees_all(void)
{
	struct stat st;

	return !stat("/proc/self/ns/pid", &st) && st.st_ino == FIRST_PID_NAMESPACE;
}

int lock_held(int fd, pid_t *holder)
{
	unsigned int major, minor;
	unsigned long inode;
	pid_t found = 0;
	struct stat st;
	char line[160];
	int pid, err;
	FILE *f;

	if (fstat(fd, &st))
		return -errno;
	f = fopen("/proc/locks", "re");
	if (!f)
		return -errno;
	/* "1: FLOCK  ADVISORY  WRITE 1234 00:1b:5678 0 EOF"; waiters have "->" */
	while (!found && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*d: FLOCK ADVISORY WRITE %d %x:%x:%lu", &pid, &major, &minor,
			   &inode) == 4 &&
		    inode == st.st_ino && makedev(major, minor) == st.st_dev)
			found = pid;
	err = ferror(f) ? -EIO : 0;
	fclose(f);
	if (found) {
		*holder = found;
		return 1;
	}
	if (!err && !lock_sees_all())
		err = -ENODATA;
	return err;
}

pid_t lock_holder(int fd)
{
	pid_t holder = 0;

	return lock_held(fd, &holder) == 1 ? holder : 0;
}
