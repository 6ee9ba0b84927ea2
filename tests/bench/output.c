// SPDX-License-Identifier: BSD-2-Clause
/* Files for captures; for writers.c and lossless.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/output.h"

#define DISK "/var/tmp"

static const char *const names[OUTPUTS] = {
	[OUTPUT_NULL] = "/dev/null",
	[OUTPUT_TMPFS] = "tmpfs",
	[OUTPUT_DISK] = "disk",
};

int output_open(struct output *o, enum output_kind kind)
{
	switch (kind) {
	case OUTPUT_TMPFS:
		o->fd = memfd_create("capture", 0);
		break;
	case OUTPUT_DISK:
		o->fd = open(DISK, O_RDWR | O_TMPFILE, 0600);
		break;
	default:
		o->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	}
	if (o->fd < 0)
		return bench_fail(-errno, "%s: no file there", names[kind]);
	/* Inherited: dumpcap drops what it takes to look at the descriptors of others. */
	snprintf(o->path, sizeof(o->path), "/proc/self/fd/%d", o->fd);
	if (kind == OUTPUT_NULL)
		snprintf(o->path, sizeof(o->path), "/dev/null");
	return 0;
}

void output_close(struct output *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

const char *output_name(enum output_kind kind)
{
	return names[kind];
}
