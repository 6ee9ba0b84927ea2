// SPDX-License-Identifier: BSD-2-Clause
/* Starting and ending the naive's reader; called by `cost` and `flat`. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>
#include <linux/if_link.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tests/bench/naive_run.h"
#include "tests/bench/bench.h"
#include "tests/bench/sandbox.h"

enum { READY_MS = 2000, SETTLE_MS = 20 };

static bool opened;

int naive_run_open(void)
{
	int err = sandbox_veth(NAIVE_DEV, NAIVE_DEV "-peer");

	opened = !err;
	return err;
}

void naive_run_close(void)
{
	if (opened)
		sandbox_veth_delete(NAIVE_DEV);
	opened = false;
}

/* Of what is attached to the interface. */
static int attached_prog(void)
{
	int ifindex = (int)if_nametoindex(NAIVE_DEV);
	long long end = bench_now() + READY_MS * 1000000LL;
	__u32 id = 0;
	int fd;

	while (!id && bench_now() < end) {
		bench_sleep_ms(1);
		if (bpf_xdp_query_id(ifindex, XDP_FLAGS_DRV_MODE, &id))
			id = 0;
	}
	fd = id ? bpf_prog_get_fd_by_id(id) : -ETIMEDOUT;
	return fd < 0 ? bench_fail(fd, "%s: no program comes", NAIVE_DEV) : fd;
}

int naive_run_start(struct naive_run *a, bool quiet)
{
	char path[PATH_MAX];
	const char *const argv[] = { bench_built(path, "tests/bench/naive"),
				     quiet ? "-q" : NAIVE_DEV, quiet ? NAIVE_DEV : NULL, NULL };
	int err = process_start(&a->reader, argv, READER_CPU, -1);

	if (err)
		return err;
	a->prog_fd = attached_prog();
	if (a->prog_fd < 0) {
		process_stop(&a->reader, NULL);
		return a->prog_fd;
	}
	bench_sleep_ms(SETTLE_MS);
	return 0;
}

int naive_run_stop(struct naive_run *a, long long *lost, struct rusage *usage)
{
	int said = dup(a->reader.err_fd), err;
	char line[64] = "";

	close(a->prog_fd);
	err = process_stop(&a->reader, usage);
	if (!err && lost &&
	    (pread(said, line, sizeof(line) - 1, 0) < 0 || sscanf(line, "%lld", lost) != 1))
		err = bench_fail(-ENODATA, "naive: does not say what it lost");
	close(said);
	return err;
}
