// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-stats show --textfile`: writes a new file beside the old one, then renames it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/stats/textfile.h"

bool textfile_name_fits(const char *path)
{
	static const char suffix[] = ".prom";
	size_t len = strlen(path);

	return len >= sizeof(suffix) - 1 && !strcmp(path + len - (sizeof(suffix) - 1), suffix);
}

static int write_all(int fd, const char *text, size_t size)
{
	ssize_t n;

	for (; size; text += n, size -= (size_t)n) {
		n = write(fd, text, size);
		if (n < 0)
			return -errno;
	}
	return 0;
}

/*
 * Does not sync to disk: after a crash of the machine the taps are gone too, and the next run
 * writes the file again.
 */
static int replace(const char *path, char *beside, const char *text, size_t size)
{
	int fd = mkostemp(beside, O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = fchmod(fd, 0644) ? -errno : write_all(fd, text, size);
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(beside, path))
		err = -errno;
	if (err)
		unlink(beside);
	return err;
}

int textfile_replace(const char *path, const char *text, size_t size)
{
	sigset_t all, before;
	char *beside;
	int err;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	/* Beyond `ulimit -f` write(2) raises a signal in addition to the error. */
	signal(SIGXFSZ, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	err = replace(path, beside, text, size);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(beside);
	return err;
}
