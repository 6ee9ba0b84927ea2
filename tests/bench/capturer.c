// SPDX-License-Identifier: BSD-2-Clause
/* How each capturer is started, stopped, and asked what it lost. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/capturer.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/shipped.h"
#include "tests/bench/traffic.h"

#define SECOND 1000000000LL

#define LOADER    "xdptap-loader"
#define XDPTAP    "xdptap-reader"
#define IMMEDIATE "--immediate-mode"
#define NAIVE     "tests/bench/naive"

/* In argv: the output's path. With a snaplen all have it, and 16 MiB of rings. */
#define OUTPUT  "OUTPUT"
#define SNAPLEN "64"

enum { ARGS_MAX = 12, SAYS_MAX = 16384, TOOL_MS = 5000 };

static const struct {
	const char *name;
	bool ours, tapped; /* built below build/; reads what xdptap-loader attached */
	const char *argv[ARGS_MAX];
	bool snaplen; /* of xdptap: attached with that */
} capturers[CAPTURERS] = {
	[CAPTURER_NONE] = { "no capture", false, false, { NULL } },
	[CAPTURER_XDPTAP_QUIET] = { "xdptap -q", true, true, { XDPTAP, "-q", TRAFFIC_DEV } },
	[CAPTURER_XDPTAP_TEXT] = { "xdptap", true, true, { XDPTAP, TRAFFIC_DEV } },
	[CAPTURER_XDPTAP_IMMEDIATE] = { "xdptap immediate",
					true,
					true,
					{ XDPTAP, IMMEDIATE, TRAFFIC_DEV } },
	[CAPTURER_NAIVE_QUIET] = { "naive -q", true, false, { NAIVE, "-q", TRAFFIC_DEV } },
	[CAPTURER_NAIVE_TEXT] = { "naive", true, false, { NAIVE, TRAFFIC_DEV } },
	[CAPTURER_TCPDUMP_FILE] = { "tcpdump -w",
				    false,
				    false,
				    { "tcpdump", "-i", TRAFFIC_DEV, "-w", OUTPUT } },
	[CAPTURER_TCPDUMP_TEXT] = { "tcpdump -nn",
				    false,
				    false,
				    { "tcpdump", "-i", TRAFFIC_DEV, "-nn" } },
	[CAPTURER_DUMPCAP] = { "dumpcap -w",
			       false,
			       false,
			       { "dumpcap", "-q", "-i", TRAFFIC_DEV, "-w", OUTPUT } },
	[CAPTURER_SNAP_QUIET] = { "xdptap -q", true, true, { XDPTAP, "-q", TRAFFIC_DEV }, true },
	[CAPTURER_SNAP_PCAPNG] = { "xdptap -w",
				   true,
				   true,
				   { XDPTAP, "-w", OUTPUT, TRAFFIC_DEV },
				   true },
	[CAPTURER_SNAP_TCPDUMP] = { "tcpdump -w",
				    false,
				    false,
				    { "tcpdump", "-i", TRAFFIC_DEV, "-B", "16384", "-s", SNAPLEN,
				      "-w", OUTPUT } },
	[CAPTURER_SNAP_DUMPCAP] = { "dumpcap -w",
				    false,
				    false,
				    { "dumpcap", "-q", "-i", TRAFFIC_DEV, "-B", "16", "-s", SNAPLEN,
				      "-w", OUTPUT } },
};

const char *capturer_name(enum capturer what)
{
	return capturers[what].name;
}

/* All of a file, as a string. */
static void read_all(int fd, char said[SAYS_MAX])
{
	ssize_t n = pread(fd, said, SAYS_MAX - 1, 0);

	said[n > 0 ? n : 0] = '\0';
}

/* Runs a tool of ours: what it says on stdout. Returns 0 or -errno. */
static int ask(const char *tool, const char *const words[], char said[SAYS_MAX])
{
	const char *argv[ARGS_MAX] = { NULL };
	int fd = memfd_create("stdout", MFD_CLOEXEC), err;
	struct process p;
	char path[PATH_MAX];

	if (fd < 0)
		return bench_fail(-errno, "no file for what %s says", tool);
	argv[0] = bench_built(path, tool);
	for (int i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	err = process_start(&p, argv, PROCESS_ANY_CPU, fd);
	if (!err)
		err = process_wait(&p, TOOL_MS, NULL);
	read_all(fd, said);
	close(fd);
	return err;
}

static bool in_path(const char *tool)
{
	const char *dirs = getenv("PATH");
	char path[PATH_MAX];
	int n;

	for (; dirs && *dirs; dirs += n + (dirs[n] == ':')) {
		n = (int)strcspn(dirs, ":");
		snprintf(path, sizeof(path), "%.*s/%s", n, dirs, tool);
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

bool capturer_there(enum capturer what)
{
	static const char *const help[] = { "--help", NULL };
	char said[SAYS_MAX], path[PATH_MAX];

	if (what == CAPTURER_NONE)
		return true;
	if (what == CAPTURER_XDPTAP_IMMEDIATE)
		return !ask(XDPTAP, help, said) && strstr(said, IMMEDIATE);
	if (capturers[what].ours)
		return !access(bench_built(path, capturers[what].argv[0]), X_OK);
	return in_path(capturers[what].argv[0]);
}

static int attach_tap(bool snaplen, const char *filter)
{
	const char *words[ARGS_MAX] = { "attach", "dev", TRAFFIC_DEV };
	char said[SAYS_MAX];
	int n = 3;

	if (snaplen) {
		words[n++] = "snaplen";
		words[n++] = SNAPLEN;
	}
	if (filter) {
		words[n++] = "filter";
		words[n++] = filter;
	}
	return ask(LOADER, words, said);
}

static int detach_tap(void)
{
	static const char *const words[] = { "detach", "dev", TRAFFIC_DEV, NULL };
	char said[SAYS_MAX];

	return ask(LOADER, words, said);
}

/* A program is on TRAFFIC_DEV after this, or its reader attaches one. */
static int attach(enum capturer what, const char *filter)
{
	if (!capturers[what].ours)
		return traffic_pass_on();
	traffic_pass_off();
	return capturers[what].tapped ? attach_tap(capturers[what].snaplen, filter) : 0;
}

/*
 * That it sleeps does not tell, for it may wait for the kernel's RCU. tcpdump and dumpcap say
 * "listening on" or "Capturing on" when they have opened the interface.
 */
static bool is_open(const struct capture *c)
{
	struct stat st;

	if (capturers[c->what].tapped)
		return shipped_reader_has_lock(c->reader.pid);
	return capturers[c->what].ours || (!fstat(c->said_fd, &st) && st.st_size);
}

static int wait_until_open(const struct capture *c)
{
	long long end = bench_now() + 5 * SECOND;

	while (!is_open(c)) {
		if (bench_now() > end)
			return -ETIMEDOUT;
		bench_sleep_ms(1);
	}
	return 0;
}

int capture_start(struct capture *c, enum capturer what, const char *filter, int out_fd,
		  enum output_kind output)
{
	const char *argv[ARGS_MAX];
	long long busy;
	int err, n = 0;

	*c = (struct capture){ .what = what, .said_fd = -1, .output = OUTPUT_NONE, .captured = -1 };
	err = attach(what, filter);
	if (err || !capturers[what].argv[0])
		return err;
	memcpy(argv, capturers[what].argv, sizeof(argv));
	if (capturers[what].ours)
		argv[0] = bench_built(c->path, argv[0]);
	err = output_open(&c->output, output);
	for (; argv[n]; n++)
		if (!strcmp(argv[n], OUTPUT))
			argv[n] = c->output.path;
	if (!capturers[what].tapped)
		argv[n] = filter;
	if (!err)
		err = process_start(&c->reader, argv, READER_CPU, out_fd);
	if (!err) {
		c->said_fd = dup(c->reader.err_fd);
		err = wait_until_open(c);
		if (!err)
			err = cpu_process_settle(c->reader.pid, 5 * SECOND, &busy);
		if (err)
			bench_fail(err, "%s: is never ready", argv[0]);
	}
	if (err)
		capture_stop(c, NULL);
	return err;
}

int capture_drain(const struct capture *c, long long *backlog_ns)
{
	int err;

	*backlog_ns = 0;
	if (!c->reader.pid)
		return 0;
	err = cpu_process_settle(c->reader.pid, 5 * SECOND, backlog_ns);
	return err ? bench_fail(err, "%s: never done", capturer_name(c->what)) : 0;
}

/* A counter of the tap from what xdptap-stats said; `key` as JSON has it. */
static int counter(const char *said, const char *key, long long *value)
{
	const char *at = strstr(said, key);

	if (!at || sscanf(at + strlen(key), "%lld", value) != 1)
		return bench_fail(-ENODATA, "xdptap-stats does not tell %s", key);
	return 0;
}

static int count_of_tap(struct capture *c, long long *lost)
{
	static const char *const show[] = { "-j", "show", "dev", TRAFFIC_DEV, NULL };
	char said[SAYS_MAX];
	int err = ask("xdptap-stats", show, said);

	if (!err)
		err = counter(said, "\"dropped\":", lost);
	return err ? err : counter(said, "\"events\":", &c->captured);
}

/* The number at the start of the line that has `text`. Returns whether there is one. */
static bool number_before(const char *said, const char *text, long long *number)
{
	const char *at = strstr(said, text);

	while (at && at > said && at[-1] != '\n')
		at--;
	return at && sscanf(at, "%lld", number) == 1;
}

/*
 * What tcpdump and dumpcap end with, and the naive's reader as tcpdump does:
 *   "3456 packets captured"
 *   "12 packets dropped by kernel"
 *   "Packets received/dropped on interface 'rx0': 3456/12 (pcap:12/..."
 */
static int count_as_said(struct capture *c, long long *lost)
{
	char said[SAYS_MAX], *at;

	read_all(c->said_fd, said);
	at = strstr(said, "': ");
	if (at && sscanf(at, "': %lld/%lld", &c->captured, lost) == 2)
		return 0;
	number_before(said, " packets captured", &c->captured);
	if (number_before(said, " dropped by kernel", lost))
		return 0;
	return bench_fail(-ENODATA, "%s tells no drops", capturer_name(c->what));
}

int capture_stop(struct capture *c, long long *lost)
{
	int err = 0, detached;

	if (lost)
		*lost = 0;
	if (lost && capturers[c->what].tapped)
		err = count_of_tap(c, lost);
	if (c->reader.pid) {
		int stopped = process_stop(&c->reader, NULL);

		err = err ? err : stopped;
		if (!err && lost && !capturers[c->what].tapped)
			err = count_as_said(c, lost);
	}
	if (c->said_fd >= 0)
		close(c->said_fd);
	c->said_fd = -1;
	output_close(&c->output);
	if (capturers[c->what].tapped) {
		detached = detach_tap();
		err = err ? err : detached;
	}
	return err;
}
