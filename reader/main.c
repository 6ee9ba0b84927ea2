// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-reader: prints or writes the packets of taps, and statistics about them.
 *
 *	main.c		this: opens the taps
 *	command_line.c	options
 *	capture.c	the loop: read, write, release, sleep
 *	wait.c		what the loop sleeps on
 *
 *	source.c	one tap, opened by its only reader
 *	ring.c		consumes a ring buffer
 *	batch.c		merges the packets of all ring buffers by time
 *	wakeup.c	requests wake-ups
 *	tap_monitor.c	notices that a tap goes away
 *
 *	writer.c	writes packets to files, and counts those that arrived there
 *	format.c	chooses the format:
 *	packet_text.c	lines of text
 *	packet_json.c	NDJSON
 *	pcapng.c	capture files, with host.c, and synth.c for packets without bytes
 *	outfile.c	stdout, or files in turn; postrotate.c runs commands on them
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
#include "reader/command_line.h"
#include "pin/cli/stop.h"

/* With packets in files and statistics on stderr, nothing goes to stdout. */
static bool needs_stdout(const struct capture_options *o)
{
	return o->quiet || !o->out.path || !strcmp(o->out.path, "-");
}

/* Returns whether the tap records the bytes that the options need; otherwise says so. */
static bool has_bytes(const struct source *s, const struct capture_options *o)
{
	const struct format_options *format = &o->format;

	if (s->tap.meta.snaplen || (o->quiet && !o->out.path))
		return true;
	if (format->kind == FORMAT_PCAPNG && format->synthesize)
		return true;
	if (format->kind != FORMAT_PCAPNG && format->dump == TEXT_DUMP_NONE)
		return true;
	diag_error("%s: the tap records no packet bytes: it was attached without snaplen",
		   s->tap.ifname);
	diag_hint("detach it, and run 'xdptap-loader attach dev %s snaplen full'%s", s->tap.ifname,
		  format->kind == FORMAT_PCAPNG ? ", or use --synthesize" : "");
	return false;
}

static void close_sources(struct source *sources, size_t n)
{
	while (n)
		source_close(&sources[--n]);
}

/* Opens all taps that were named. Returns false after saying why it can't. */
static bool open_named(const struct arguments *a, char (*names)[IF_NAMESIZE],
		       struct source *sources)
{
	for (size_t n = 0; n < a->n_names; n++) {
		const struct tap_name name = { a->capture.bpffs, names[n] };

		if (source_open(&sources[n], &name)) {
			close_sources(sources, n);
			return false;
		}
		if (!has_bytes(&sources[n], &a->capture)) {
			close_sources(sources, n + 1);
			return false;
		}
	}
	return true;
}

/* Opens the taps that it can, and says why it can't open others. Returns their number. */
static size_t open_any(const struct arguments *a, char (*names)[IF_NAMESIZE], size_t n_names,
		       struct source *sources)
{
	size_t n = 0;

	for (size_t i = 0; i < n_names; i++) {
		const struct tap_name name = { a->capture.bpffs, names[i] };

		if (source_open(&sources[n], &name))
			continue;
		if (has_bytes(&sources[n], &a->capture))
			n++;
		else
			source_close(&sources[n]);
	}
	return n;
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

static int read_taps(const struct arguments *a, struct source *sources, size_t n)
{
	int status = capture_run(sources, n, &a->capture);

	if (close(STDOUT_FILENO) && status == EXIT_OK) {
		diag_error("can't write to stdout: %s", strerror(errno));
		status = EXIT_FAILED;
	}
	return status;
}

static struct source *allocate_sources(size_t n)
{
	struct source *sources = calloc(n, sizeof(*sources));

	if (!sources)
		diag_error("%s", strerror(ENOMEM));
	return sources;
}

static int read_named(struct arguments *a)
{
	char(*names)[IF_NAMESIZE] = calloc(a->n_names, sizeof(*names));
	struct source *sources = names ? allocate_sources(a->n_names) : NULL;
	int status = EXIT_FAILED;

	a->capture.format.ifname = a->n_names > 1;
	if (sources)
		status = arguments_taps(a->capture.bpffs, a->names, (int)a->n_names, names);
	if (sources && status == EXIT_OK) {
		status = EXIT_FAILED;
		if (open_named(a, names, sources)) {
			status = read_taps(a, sources, a->n_names);
			close_sources(sources, a->n_names);
		}
	}
	free(sources);
	free(names);
	return status;
}

static int read_any(struct arguments *a)
{
	char(*names)[IF_NAMESIZE];
	struct source *sources;
	int status = EXIT_FAILED, n;
	size_t n_open;

	n = tap_name_list(a->capture.bpffs, &names);
	if (n < 0) {
		tap_error_list(a->capture.bpffs, n);
		return EXIT_FAILED;
	}
	if (!n) {
		diag_error("no tap is pinned in %s", a->capture.bpffs);
		diag_hint("attach one with 'xdptap-loader attach dev IFACE'");
		return EXIT_FAILED;
	}
	a->capture.format.ifname = true;
	sources = allocate_sources((size_t)n);
	if (sources) {
		n_open = open_any(a, names, (size_t)n, sources);
		if (n_open)
			status = read_taps(a, sources, n_open);
		close_sources(sources, n_open);
	}
	free(sources);
	free(names);
	return status;
}

int main(int argc, char **argv)
{
	bool stdout_open = standard_fds_prepare();
	struct arguments a = { 0 };
	int status, err;

	diag_init("xdptap-reader");
	if (!command_line_parse(argc, argv, &a, &status)) {
		free(a.names);
		return output_finish(status);
	}
	status = EXIT_FAILED;
	if (!stdout_open && needs_stdout(&a.capture)) {
		diag_error("can't write to stdout: it is closed");
		goto out;
	}
	raise_open_files();
	err = stop_init();
	if (err)
		diag_error("can't catch signals: %s", strerror(-err));
	else
		status = a.any ? read_any(&a) : read_named(&a);
out:
	free(a.names);
	return status;
}
