// SPDX-License-Identifier: BSD-2-Clause
/* Options as tcpdump has them, where it has them. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/bpffs.h"
#include "pin/cli/diag.h"
#include "pin/now.h"
#include "pin/cli/number.h"
#include "pin/cli/options.h"
#include "reader/command_line.h"
#include "reader/postrotate.h"

#define PROGRAM "xdptap-reader"

/* Long options without a letter, behind those of pin/cli/options.h. */
enum { OPTION_IMMEDIATE = 0x200, OPTION_SYNTHESIZE };

#define QUIET_INTERVAL_NS UINT64_C(10000000000)
/* -C without a letter, as tcpdump has it: millions of bytes. */
#define ROTATE_UNIT 1000000

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] [dev] IFACE [[dev] IFACE...]\n"
	       "       " PROGRAM " [OPTIONS] any\n\n"
	       "Prints or writes each packet that the taps on these interfaces see, or all taps,\n"
	       "and those that wait in their rings; xdptap-loader attaches taps.\n\n"
	       "What to do:\n"
	       "  -c, --count N       end after N packets\n"
	       "  -q, --quiet         no packets; the statistics are on stdout then\n"
	       "  -i, --interval SECS statistics each SECS seconds (with -q: 10), on stderr;\n"
	       "                      at the end there are always some\n"
	       "      --immediate-mode\n"
	       "                      show each packet at once, not within two milliseconds;\n"
	       "                      costs CPU, most of it where the packets are received\n"
	       "  -U, --packet-buffered\n"
	       "                      write each packet by itself; with --immediate-mode\n\n"
	       "Lines of text:\n"
	       "  -t                  no time; -tt: seconds since 1970, -ttt: since the line\n"
	       "                      before, -tttt: date and time, -ttttt: since the first\n"
	       "  -e                  MAC addresses, of captured bytes\n"
	       "  -v                  TTL and ID or flow label, of captured bytes\n"
	       "  -x, -X              the captured bytes: in hex, in hex and ASCII\n"
	       "  -n                  addresses and ports as numbers: it is always so\n\n"
	       "  -j, --json          a JSON object a line (NDJSON); -e, -v, -x add to it\n\n"
	       "Files:\n"
	       "  -w, --write FILE    pcapng into FILE; '-': to stdout. Needs captured bytes:\n"
	       "                      'xdptap-loader attach ... snaplen N'\n"
	       "      --synthesize    of packets without bytes: headers made up from the events\n"
	       "  -C SIZE             another file once one is larger, in millions of bytes;\n"
	       "                      with K, M, G in KiB, MiB, GiB\n"
	       "  -G SECS             another file each SECS seconds; FILE is for strftime(3)\n"
	       "  -W COUNT            with -C: so many files in turn; with -G: end after them\n"
	       "  -z COMMAND          run 'COMMAND FILE' on each file that is closed\n\n"
	       "General:\n" OPTIONS_HELP);
}

/* Bytes for -C. Returns 0 or -EINVAL. */
static int rotate_size(const char *text, uint64_t *bytes)
{
	static const char letters[] = "kKmMgG";
	uint64_t unit = ROTATE_UNIT;
	const char *rest, *letter;
	uint64_t value;

	rest = number_digits(text, INT64_MAX >> 30, &value);
	if (!rest || !value)
		return -EINVAL;
	if (*rest) {
		letter = strchr(letters, *rest);
		if (!letter || rest[1])
			return -EINVAL;
		unit = UINT64_C(1024) << (letter - letters) / 2 * 10;
	}
	*bytes = value * unit;
	return 0;
}

/* Whole seconds for -G. Returns 0 or -EINVAL. */
static int rotate_time(const char *text, uint64_t *ns)
{
	const char *rest;
	uint64_t value;

	rest = number_digits(text, 1000000000, &value);
	if (!rest || *rest || !value)
		return -EINVAL;
	*ns = value * NS_PER_SEC;
	return 0;
}

static bool refuse_value(const char *option, const char *what)
{
	diag_error("%s: '%s' is not %s", option, optarg, what);
	return false;
}

static bool refuse(const char *what)
{
	diag_error("%s", what);
	diag_hint("'" PROGRAM " --help' lists the options");
	return false;
}

static bool take_time(struct format_options *f)
{
	if (f->time == TEXT_TIME_SINCE_FIRST)
		return refuse("-t is given more than five times");
	f->time++;
	return true;
}

static bool take_path(struct outfile_options *out)
{
	if (!*optarg)
		return refuse("-w: the name of the file is empty");
	out->path = optarg;
	return true;
}

/* An option of ours. Returns whether it was right; else says why not. */
static bool take_option(int opt, struct capture_options *o)
{
	switch (opt) {
	case 'c':
		return !number_count(optarg, &o->limit) ||
		       refuse_value("-c", "a number of packets " NUMBER_COUNT_RANGE);
	case 'i':
		return !number_seconds(optarg, &o->interval_ns) ||
		       refuse_value("-i", "a number of seconds " NUMBER_SECONDS_RANGE);
	case 'q':
		o->quiet = true;
		return true;
	case OPTION_IMMEDIATE:
		o->immediate = true;
		return true;
	case 'U':
		o->immediate = o->each = true;
		return true;
	case 't':
		return take_time(&o->format);
	case 'e':
		o->format.link_level = true;
		return true;
	case 'v':
		o->format.verbose = true;
		return true;
	case 'x':
		if (o->format.dump == TEXT_DUMP_NONE)
			o->format.dump = TEXT_DUMP_HEX;
		return true;
	case 'X':
		o->format.dump = TEXT_DUMP_ASCII;
		return true;
	case 'w':
		return take_path(&o->out);
	case OPTION_SYNTHESIZE:
		o->format.synthesize = true;
		return true;
	case 'C':
		return !rotate_size(optarg, &o->out.rotate_bytes) ||
		       refuse_value("-C", "a size: a number from 1, or one with K, M or G");
	case 'G':
		return !rotate_time(optarg, &o->out.rotate_ns) ||
		       refuse_value("-G", "a number of seconds from 1 to 1000000000");
	case 'W':
		return !number_count(optarg, &o->out.files) ||
		       refuse_value("-W", "a number of files " NUMBER_COUNT_RANGE);
	case 'z':
		o->out.command = optarg;
		return postrotate_exists(optarg) ||
		       refuse_value("-z", "a program, in PATH or by its path");
	default: /* -n */
		return true;
	}
}

/* What the options say together. Returns false after saying what is wrong. */
static bool check_options(struct capture_options *o, bool json)
{
	const struct outfile_options *out = &o->out;
	bool to_stdout = !out->path || !strcmp(out->path, "-");

	if (json && out->path)
		return refuse("-j and -w exclude each other");
	if (json && o->quiet)
		return refuse("-j and -q exclude each other");
	if (out->path && to_stdout && o->quiet)
		return refuse("-w - and -q both want stdout");
	if (o->format.synthesize && !out->path)
		return refuse("--synthesize is for files: it needs -w");
	if (to_stdout && (out->rotate_bytes || out->rotate_ns || out->command))
		return refuse("-C, -G and -z are for files: they need -w FILE");
	if (out->files && !out->rotate_bytes && !out->rotate_ns)
		return refuse("-W counts the files of -C or -G: it needs one of them");
	if (out->path && to_stdout && isatty(STDOUT_FILENO))
		return refuse("-w -: stdout is a terminal, and pcapng is not for reading");

	if (out->path)
		o->format.kind = FORMAT_PCAPNG;
	else
		o->format.kind = json ? FORMAT_JSON : FORMAT_TEXT;
	if (o->quiet && !o->interval_ns)
		o->interval_ns = QUIET_INTERVAL_NS;
	return true;
}

/*
 * Takes all names before any tap is opened, so that a wrong one is a usage
 * error and nothing else. Returns false after saying what is wrong.
 */
static bool take_names(int argc, char **argv, struct arguments *a)
{
	int n = arguments_devs(argc, argv, a->names);

	if (n < 0)
		return false;
	a->n_names = (size_t)n;
	for (size_t i = 0; i < a->n_names; i++)
		a->any |= !strcmp(a->names[i], "any");
	if (a->any && a->n_names > 1)
		return refuse("'any' means all taps: it stands alone");
	return true;
}

bool command_line_parse(int argc, char **argv, struct arguments *a, int *status)
{
	static const struct option long_options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "interval", required_argument, NULL, 'i' },
		{ "immediate-mode", no_argument, NULL, OPTION_IMMEDIATE },
		{ "packet-buffered", no_argument, NULL, 'U' },
		{ "json", no_argument, NULL, 'j' },
		{ "write", required_argument, NULL, 'w' },
		{ "synthesize", no_argument, NULL, OPTION_SYNTHESIZE },
		OPTIONS_LONG,
		{ 0 },
	};
	struct options shared = { .bpffs = BPFFS_DEFAULT };
	int opt;

	while ((opt = getopt_long(argc, argv, ":c:qi:UntevxXjw:C:G:W:z:" OPTIONS_SHORT,
				  long_options, NULL)) != -1) {
		switch (option_common(opt, argv, PROGRAM, help, &shared, status)) {
		case OPTION_TAKEN:
			break;
		case OPTION_EXIT:
			return false;
		case OPTION_OTHER:
			*status = EXIT_USAGE;
			if (!take_option(opt, &a->capture))
				return false;
		}
	}
	*status = EXIT_USAGE;
	a->capture.bpffs = shared.bpffs;
	if (!check_options(&a->capture, shared.json))
		return false;
	a->names = calloc((size_t)argc, sizeof(*a->names));
	if (!a->names) {
		diag_error("%s", strerror(ENOMEM));
		*status = EXIT_FAILED;
		return false;
	}
	return take_names(argc - optind, argv + optind, a);
}
