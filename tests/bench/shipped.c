// SPDX-License-Identifier: BSD-2-Clause
/* Attaching, reading and detaching by the tools themselves. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "pin/bpffs.h"
#include "pin/counters.h"
#include "pin/tap.h"
#include "tests/bench/bench.h"
#include "tests/bench/sandbox.h"
#include "tests/bench/shipped.h"

enum { READER_MS = 5000, READY_MS = 2000, SETTLE_MS = 10, ARGS_MAX = 10 };

static int open_pins(struct shipped *s)
{
	LIBBPF_OPTS(bpf_obj_get_opts, read_only, .file_flags = BPF_F_RDONLY);
	const struct tap_name name = { BPFFS_DEFAULT, s->dev };
	struct tap tap = TAP_CLOSED;
	struct reason reason;
	char path[PATH_MAX];
	__u32 prog_id;
	int err;

	err = tap_open(&name, TAP_STATS, &tap, &reason);
	if (err)
		return bench_fail(err, "%s: %s", s->dev, reason.text);
	prog_id = tap.in_force.prog_id;
	tap_close(&tap);
	s->prog_fd = bpf_prog_get_fd_by_id(prog_id);
	if (s->prog_fd < 0)
		return bench_fail(-errno, "%s: no program %u", s->dev, prog_id);
	err = tap_name_path(path, &name, XDPTAP_MAP_STATS);
	if (!err) {
		s->stats_fd = bpf_obj_get_opts(path, &read_only);
		err = s->stats_fd < 0 ? -errno : 0;
	}
	return err ? bench_fail(err, "%s: no counters", s->dev) : 0;
}

static void close_pins(struct shipped *s)
{
	if (s->prog_fd >= 0)
		close(s->prog_fd);
	if (s->stats_fd >= 0)
		close(s->stats_fd);
	s->prog_fd = s->stats_fd = -1;
}

int shipped_attach(struct shipped *s, const char *dev, const char *words)
{
	char loader[PATH_MAX], split[XDPTAP_FILTER_MAX + 64], *rest = split;
	const char *argv[ARGS_MAX + 1] = { bench_built(loader, "xdptap-loader"), "attach", "dev",
					   dev };
	int err;

	snprintf(split, sizeof(split), "%s", words ? words : "");
	for (int i = 4; words && rest && i < ARGS_MAX; i++)
		argv[i] = strsep(&rest, strcmp(argv[i - 1], "filter") ? " " : "");
	*s = (struct shipped){ .dev = dev, .prog_fd = -1, .stats_fd = -1 };
	err = process_run(argv);
	if (!err)
		err = open_pins(s);
	if (err)
		close_pins(s);
	return err;
}

int shipped_detach(struct shipped *s)
{
	char loader[PATH_MAX];
	const char *const argv[] = { bench_built(loader, "xdptap-loader"), "detach", "dev", s->dev,
				     NULL };

	close_pins(s);
	return process_run(argv);
}

int shipped_open(struct shipped *s, const char *dev, const char *words)
{
	char peer[32];
	int err;

	snprintf(peer, sizeof(peer), "%.10s-peer", dev);
	err = sandbox_veth(dev, peer);
	return err ? err : shipped_attach(s, dev, words);
}

void shipped_close(struct shipped *s)
{
	if (s->prog_fd >= 0)
		shipped_detach(s);
	if (s->dev)
		sandbox_veth_delete(s->dev);
	*s = (struct shipped)SHIPPED_NONE;
}

int shipped_stats(const struct shipped *s, struct packet_stats *total)
{
	int err = counters_total(s->stats_fd, total);

	return err ? bench_fail(err, "%s: cannot read the counters", s->dev) : 0;
}

int shipped_empty(struct shipped *s)
{
	char reader[PATH_MAX], count[24];
	const char *const argv[] = {
		bench_built(reader, "xdptap-reader"), "-q", "-c", count, s->dev, NULL
	};
	struct packet_stats stats;
	int err;

	err = shipped_stats(s, &stats);
	if (err || stats.events == s->read)
		return err;
	snprintf(count, sizeof(count), "%llu", (unsigned long long)(stats.events - s->read));
	err = process_run(argv);
	if (!err)
		s->read = stats.events;
	return err;
}

/*
 * Whether the reader has its lock, which is about the last thing before it maps
 * the ring. To try the lock would make the reader fail that comes just then.
 */
bool shipped_reader_has_lock(pid_t pid)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[256];
	bool found = false;
	int holder;

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%*d: FLOCK ADVISORY WRITE %d", &holder) == 1 && holder == pid;
	if (f)
		fclose(f);
	return found;
}

int shipped_reader_start(struct shipped *s, const char *option, struct process *reader)
{
	char path[PATH_MAX];
	const char *const argv[] = { bench_built(path, "xdptap-reader"), option ? option : s->dev,
				     option ? s->dev : NULL, NULL };
	long long end;
	int err;

	err = process_start(reader, argv, READER_CPU, -1);
	if (err)
		return err;
	for (end = bench_now() + READY_MS * 1000000LL; !shipped_reader_has_lock(reader->pid);) {
		if (bench_now() > end) {
			process_stop(reader, NULL);
			return bench_fail(-ETIMEDOUT, "xdptap-reader never takes the ring");
		}
		bench_sleep_ms(1);
	}
	bench_sleep_ms(SETTLE_MS);
	return 0;
}

int shipped_reader_stop(struct shipped *s, struct process *reader, struct rusage *usage)
{
	struct packet_stats stats;
	int err = shipped_stats(s, &stats);
	int stopped = process_stop(reader, usage);

	s->read = stats.events;
	return err ? err : stopped;
}
