// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-reader: prints or writes the packets of taps, and statistics about them.
 *
 *	main.c		this: opens the taps
 *	command_line.c	options
 *	capture.c	the loop: read, write, release, sleep
 *	follow.c	the taps that are read, while they come, change and go
 *	wait.c		what the loop sleeps on
 *
 *	sources.c	the taps that are read
 *	source.c	one of them, opened by its only reader
 *	ring.c		consumes a ring buffer
 *	batch.c		merges the packets of all ring buffers by time
 *	filter.c	judges packets by the expression of -f
 *	wakeup.c	requests wake-ups
 *	tap_monitor.c	notices that taps come and go
 *	elsewhere.c	looks at interfaces in other network namespaces
 *
 *	writer.c	writes packets to files, and counts those that arrived there
 *	format.c	chooses the format:
 *	packet_text.c	lines of text
 *	packet_json.c	NDJSON
 *	pcapng.c	capture files, with host.c, and synth.c for packets without bytes
 *	outfile.c	stdout, or files in turn; postrotate.c has commands run on them
 *	runner.c	... by this process, which was made before privileges were given up
 *	sink.c		writes that signals can interrupt
 *	summary.c	the block of statistics
 */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pin/cli/arguments.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/cli/output.h"
#include "pin/cli/standard_fds.h"
#include "pin/cli/tap_error.h"
#include "pin/tap.h"
#include "pin/cli/stop.h"
#include "reader/command_line.h"
#include "reader/runner.h"

/* With packets in files and statistics on stderr, nothing goes to stdout. */
static bool needs_stdout(const struct capture_options *o)
{
	return o->quiet || !o->out.path || !strcmp(o->out.path, "-");
}

/* Many taps need more than the usual 1024 descriptors, which only select(2) has to fear. */
static void raise_open_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int read_taps(const struct arguments *a, struct sources *sources)
{
	int status = capture_run(sources, &a->capture);

	if (close(STDOUT_FILENO) && status == EXIT_OK) {
		diag_error("can't write to stdout: %s", strerror(errno));
		status = EXIT_FAILED;
	}
	return status;
}

static int read_named(struct arguments *a)
{
	char(*ifnames)[IF_NAMESIZE] = calloc(a->n_names, sizeof(*ifnames));
	struct sources sources = { 0 };
	int status;

	if (!ifnames) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	a->capture.format.ifname = a->n_names > 1;
	status = arguments_taps(a->capture.bpffs, a->names, (int)a->n_names, ifnames);
	if (status == EXIT_OK)
		status = sources_open_named(&sources, &a->capture,
					    (const char(*)[IF_NAMESIZE])ifnames, a->n_names)
				 ? read_taps(a, &sources)
				 : EXIT_FAILED;
	sources_close(&sources);
	free(ifnames);
	return status;
}

static int read_any(struct arguments *a)
{
	struct sources sources = { 0 };
	int status = EXIT_FAILED, pinned;

	a->capture.format.ifname = true;
	a->capture.later = !a->only_present;
	pinned = sources_open_any(&sources, &a->capture);
	if (!pinned && a->only_present) {
		diag_error("no tap is pinned in %s", a->capture.bpffs);
		diag_hint("attach one with 'xdptap-loader attach dev IFACE'");
	} else if (!pinned) {
		diag_note("no tap is pinned in %s yet; waiting for one", a->capture.bpffs);
	}
	if (sources.n || (!pinned && a->capture.later))
		status = read_taps(a, &sources);
	sources_close(&sources);
	return status;
}

/* Returns the exit status. */
static int run(struct arguments *a)
{
	int err = stop_init();

	if (err) {
		diag_error("can't catch signals: %s", strerror(-err));
		return EXIT_FAILED;
	}
	return a->any ? read_any(a) : read_named(a);
}

/* Makes the process that runs commands while there is nothing yet that it should not have. */
static int start_runner(struct arguments *a, struct runner *runner)
{
	struct outfile_options *out = &a->capture.out;
	int err = out->command ? runner_start(runner, out->command, out->path, &a->capture.user)
			       : 0;

	out->runner_fd = runner->fd;
	if (err)
		diag_error("-z: can't make a process that runs the command: %s", strerror(-err));
	return err;
}

int main(int argc, char **argv)
{
	bool stdout_open = standard_fds_prepare();
	struct runner runner = RUNNER_NONE;
	struct arguments a = { 0 };
	int status;

	diag_init("xdptap-reader");
	if (!command_line_parse(argc, argv, &a, &status)) {
		filter_free(a.capture.filter);
		free(a.names);
		return output_finish(status);
	}
	status = EXIT_FAILED;
	if (!stdout_open && needs_stdout(&a.capture)) {
		diag_error("can't write to stdout: it is closed");
		goto out;
	}
	if (start_runner(&a, &runner))
		goto out;
	raise_open_files();
	status = run(&a);
out:
	runner_stop(&runner);
	filter_free(a.capture.filter);
	free(a.names);
	return status;
}
