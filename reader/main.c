// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-reader: prints the packets of taps, and statistics about them.
 *
 *	main.c		this: options and interfaces
 *	capture.c	the loop: read, print, release, wait
 *	source.c	one tap, open for its one reader
 *	ring.c		a ring buffer, as its consumer sees it
 *	batch.c		the events of all rings, in the order of time
 *	doze.c		saying when to be woken
 *	text.c		an event as a line; with clock.c, address.c, names.c, digits.c
 *	summary.c	the block of statistics
 *	watch.c		notices that a tap goes away
 *	stop.c		signals; sink.c: writing that they can interrupt
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
#include "pin/number.h"
#include "reader/stop.h"

#define PROGRAM "xdptap-reader"

/* Long options without a letter, behind those of pin/options.h. */
enum { OPTION_IMMEDIATE = 0x200 };

#define QUIET_INTERVAL_NS UINT64_C(10000000000)

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] [dev] IFACE [[dev] IFACE...]\n\n"
	       "Prints a line for each packet that the taps on these interfaces see, and for\n"
	       "those that wait in their rings; xdptap-loader attaches taps.\n\n"
	       "Options:\n"
	       "  -c, --count N       end after N packets\n"
	       "  -q, --quiet         no packets; the statistics are on stdout then\n"
	       "      --immediate-mode\n"
	       "                      show each packet at once, not within two milliseconds;\n"
	       "                      costs CPU, most of it where the packets are received\n"
	       "  -i, --interval SECS statistics each SECS seconds (with -q: 10), on stderr;\n"
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
	case OPTION_IMMEDIATE:
		capture->immediate = true;
		return true;
	default:
		capture->quiet = true;
		return true;
	}
}

/*
 * Takes all names before any tap is opened, so that a wrong one is a usage
 * error and nothing else. `names` has room for argc. Returns their number, 0
 * after saying what is wrong.
 */
static size_t take_names(int argc, char **argv, const char **names)
{
	size_t n = 0;

	do {
		names[n] = word_dev(&argc, &argv);
		if (!names[n])
			return 0;
		for (size_t i = 0; i < n; i++) {
			if (!strcmp(names[i], names[n])) {
				diag_error("interface '%s' is named twice", names[n]);
				return 0;
			}
		}
		n++;
	} while (argc);
	return n;
}

/* What is opened next must not take the number of one that is closed. */
static bool standard_fds_open(void)
{
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0) {
		diag_error("stdout is closed");
		return false;
	}
	if (fcntl(STDERR_FILENO, F_GETFD) < 0)
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	return true;
}

static int read_taps(const struct capture_options *capture, const char **names, size_t n)
{
	struct source *sources = calloc(n, sizeof(*sources));
	int status = EXIT_FAILED, err;
	size_t n_open = 0;

	err = sources ? stop_init() : -ENOMEM;
	if (err) {
		diag_error("can't get ready: %s", strerror(-err));
		goto out;
	}
	for (; n_open < n; n_open++)
		if (source_open(&sources[n_open], capture->bpffs, names[n_open]))
			goto out;
	status = capture_run(sources, n, capture);
	if (close(STDOUT_FILENO) && status == EXIT_OK) {
		diag_error("can't write to stdout: %s", strerror(errno));
		status = EXIT_FAILED;
	}
out:
	while (n_open)
		source_close(&sources[--n_open]);
	free(sources);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "interval", required_argument, NULL, 'i' },
		{ "immediate-mode", no_argument, NULL, OPTION_IMMEDIATE },
		OPTIONS_LONG,
		{ 0 },
	};
	struct capture_options capture = { 0 };
	struct options o = { .bpffs = BPFFS_DEFAULT };
	const char **names;
	int opt, status;
	size_t n;

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
	names = calloc((size_t)argc, sizeof(*names));
	if (!names) {
		diag_error("%s", strerror(ENOMEM));
		return EXIT_FAILED;
	}
	n = take_names(argc - optind, argv + optind, names);
	if (!n)
		status = EXIT_USAGE;
	else if (!standard_fds_open())
		status = EXIT_FAILED;
	else
		status = read_taps(&capture, names, n);
	free(names);
	return status;
}
