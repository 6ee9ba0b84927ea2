// SPDX-License-Identifier: BSD-2-Clause
/* Takes locks, and finds out who holds them; used by all three tools. */
#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "pin/lock.h"

int lock_try(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
}

/* Returns the user as whom a process acts, or -1 if that can't be found out. /proc/PID itself
 * belongs to root if the process wants so. */
static long user_of(pid_t pid)
{
	char path[32], line[128];
	long user = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && user < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "Uid: %*d %ld", &user) != 1)
			user = -1;
	if (f)
		fclose(f);
	return user;
}

/*
 * Returns the process that took the lock without being root's or the owner's, or that has left it
 * to another one and ended, which no tool of ours does; or 0.
 */
static pid_t stranger(int fd)
{
	pid_t pid = lock_holder(fd);
	struct stat st;
	long user;

	if (!pid || fstat(fd, &st))
		return 0;
	user = user_of(pid);
	return user && (user < 0 || (uid_t)user != st.st_uid) ? pid : 0;
}

#define POLL_NS (10 * 1000 * 1000)
/* Polls between two looks at who holds it. */
#define POLLS_PER_LOOK 20

int lock_wait(int fd, pid_t *holder)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	pid_t seen = 0, before;
	int err;

	*holder = 0;
	for (int i = 0; (err = lock_try(fd)) == -EWOULDBLOCK; i++) {
		if (i % POLLS_PER_LOOK == 0) {
			before = seen;
			seen = stranger(fd);
			/* Seen once, it may have ended just then. */
			if (seen && seen == before) {
				*holder = seen;
				return -EPERM;
			}
		}
		if (nanosleep(&pause, NULL))
			return -errno;
	}
	return err;
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
		if (sscanf(line, "%*d: FLOCK ADVISORY %*s %d %x:%x:%lu", &pid, &major, &minor,
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
