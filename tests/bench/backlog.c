// SPDX-License-Identifier: BSD-2-Clause
/* A reader after the packets; for reader.c and writers.c. */
#include <errno.h>
#include <stdio.h>

#include "tests/bench/backlog.h"
#include "tests/bench/bench.h"
#include "tests/bench/test_run.h"

enum { READER_MS = 10000, OPTIONS_MAX = 4 };

int backlog_fill(const struct shipped *tap, enum packet packet, int n)
{
	struct packet_stats before, after;
	double ns;
	int err;

	err = shipped_stats(tap, &before);
	if (!err)
		err = test_run(tap->prog_fd, packet, n, &ns);
	if (err && err != -EAGAIN)
		return err;
	err = shipped_stats(tap, &after);
	if (!err && after.events - before.events != (__u64)n)
		err = bench_fail(-ENOBUFS, "%d packets don't fit into the ring", n);
	return err;
}

static int read_some(const struct backlog *b, int n, const char *const options[], long long *ns)
{
	char path[PATH_MAX], count[16];
	const char *argv[OPTIONS_MAX + 5] = { bench_built(path, "xdptap-reader"), b->tap->dev, "-c",
					      count };
	struct process reader;
	struct rusage usage;
	int err = backlog_fill(b->tap, b->packet, n);

	if (err)
		return err;
	snprintf(count, sizeof(count), "%d", n);
	for (int i = 0; i < OPTIONS_MAX && options[i]; i++)
		argv[4 + i] = options[i];
	err = process_start(&reader, argv, READER_CPU, -1);
	if (!err)
		err = process_wait(&reader, READER_MS, &usage);
	if (err)
		return err;
	b->tap->read += (__u64)n;
	*ns = process_usage_ns(&usage);
	return 0;
}

int backlog_read(const struct backlog *b, const char *const options[], double *ns)
{
	long long few, many;
	int err = read_some(b, b->few, options, &few);

	if (!err)
		err = read_some(b, b->many, options, &many);
	if (!err)
		*ns = (double)(many - few) / (b->many - b->few);
	return err;
}
