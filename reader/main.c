// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-reader: prints the packets of taps, and statistics about them.
 *
 *	main.c		this: options and interfaces
 *	capture.c	the loop: read, print, release, wait
 *	source.c	one tap, open for its one reader
 *	ring.c		the ring buffer, as its consumer sees it
 *	batch.c		events of several rings, in the order of time
 *	text.c		an event as a line; with clock.c, address.c, names.c, digits.h
 *	summary.c	the block of statistics
 *	watch.c		notices that a tap goes away
 *	stop.c		signals; sink.c: writing that they can interrupt
 *	number.c	numbers of the command line
 *
 * stats_*.c are another program, xdptap-stats.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/bpffs.h"
#include "pin/diag.h"
#include "pin/options.h"
#include "pin/output.h"
#include "reader/capture.h"
#include "reader/number.h"
#include "reader/stop.h"

#define PROGRAM "xdptap-reader"

#define QUIET_INTERVAL_NS UINT64_C(10000000000)

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] [dev] IFACE [[dev] IFACE...]\n\n"
	       "Prints a line for each packet that the taps on these interfaces see, and for\n"
	       "those that wait in their rings; xdptap-loader attaches taps.\n\n"
	       "Options:\n"
	       "  -c, --count N       end after N packets\n"
	       "  -q, --quiet         no packets, statistics only, on stdout\n"
	       "  -i, --interval SECS statistics each SECS seconds, on stderr (with -q: 10);\n"
	       "                      at the end there are always some\n" OPTIONS_HELP);
}

/* An option of ours. Returns whether it was one, and right; else says why not. */
static bool take_option(int opt, struct capture_options *capture)
{
	switch (opt) {
	case 'c':
		if (!number_count(optarg, &capture->limit))
			return true;
		diag_error("-c: '%s' is not a number of packets " NUMBER_COUNT_RANGE, optarg);
		return false;
	case 'i':
		if (!number_seconds(optarg, &capture->interval_ns))
			return true;
		diag_error("-i: '%s' is not a number of seconds " NUMBER_SECONDS_RANGE, optarg);
		return false;
	default:
		capture->quiet = true;
		return true;
	}
}

static bool named_before(const struct source *sources, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(sources[i].tap.ifname, name))
			return true;
	return false;
}

/* All names first, so that a wrong one is a usage error and nothing is locked. */
static int take_names(int argc, char **argv, struct source *sources, size_t *n)
{
	const char *name;

	do {
		name = word_dev(&argc, &argv);
		if (!name)
			return EXIT_USAGE;
		if (named_before(sources, *n, name)) {
			diag_error("interface '%s' is named twice", name);
			return EXIT_USAGE;
		}
		sources[*n] = (struct source)SOURCE_CLOSED;
		strcpy(sources[*n].tap.ifname, name); /* valid: shorter than IF_NAMESIZE */
		++*n;
	} while (argc);
	return EXIT_OK;
}

static int read_taps(const struct capture_options *capture, int argc, char **argv)
{
	struct source *sources = calloc((size_t)argc + 1, sizeof(*sources));
	char name[IF_NAMESIZE];
	int status, err;
	size_t n = 0;

	if (!sources) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	status = take_names(argc, argv, sources, &n);
	if (status)
		goto out;
	status = EXIT_FAILED;
	/* Else a pin that is opened next would take its number. */
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0) {
		diag_error("stdout is closed");
		goto out;
	}
	err = stop_init();
	if (err) {
		diag_error("can't catch signals: %s", strerror(-err));
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		strcpy(name, sources[i].tap.ifname);
		if (source_open(&sources[i], capture->bpffs, name))
			goto out;
	}
	status = capture_run(sources, n, capture);
	if (close(STDOUT_FILENO) && status == EXIT_OK) {
		diag_error("can't write to stdout: %s", strerror(errno));
		status = EXIT_FAILED;
	}
out:
	for (size_t i = 0; i < n; i++)
		source_close(&sources[i]);
	free(sources);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "interval", required_argument, NULL, 'i' },
		OPTIONS_LONG,
		{ 0 },
	};
	struct capture_options capture = { 0 };
	struct options o = { .bpffs = BPFFS_DEFAULT };
	int opt, status;

	diag_init(PROGRAM);
	while ((opt = getopt_long(argc, argv, ":c:qi:" OPTIONS_SHORT, long_options, NULL)) != -1) {
		switch (option_common(opt, argv, PROGRAM, help, &o, &status)) {
		case OPTION_TAKEN:
			break;
		case OPTION_EXIT:
			return output_finish(status);
		case OPTION_OTHER:
			if (!take_option(opt, &capture))
				return EXIT_USAGE;
		}
	}
	capture.bpffs = o.bpffs;
	if (capture.quiet && !capture.interval_ns)
		capture.interval_ns = QUIET_INTERVAL_NS;
	return read_taps(&capture, argc - optind, argv + optind);
}
