// SPDX-License-Identifier: BSD-2-Clause
/* Parses the options, which are those of tcpdump where it has them; used by main.c. */
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
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "reader/command_line.h"
#include "reader/postrotate.h"

#define PROGRAM "xdptap-reader"

enum { OPTION_IMMEDIATE = OPTION_OWN, OPTION_ONLY_PRESENT, OPTION_SYNTHESIZE };

#define QUIET_INTERVAL_NS UINT64_C(10000000000)
/* Without a letter -C counts millions of bytes, as in tcpdump. */
#define ROTATE_UNIT 1000000

static const struct option_spec option_table[] = {
	{ .help = "What to read and print:" },
	{ 'c', "count", "N", "exit after N packets" },
	{ 'f', "filter", "EXPR",
	  "only packets that match EXPR, such as 'tcp port 443';\n"
	  "see pcap-filter(7)" },
	{ 'q', "quiet", NULL, "print statistics only, and on stdout" },
	{ 'i', "interval", "SECS",
	  "print statistics on stderr every SECS seconds; without\n"
	  "-i only at the end (with -q: every 10 seconds)" },
	{ OPTION_ONLY_PRESENT, "only-present", NULL,
	  "any: not the taps that are attached later; exit when\n"
	  "the last of the others is gone" },
	{ OPTION_IMMEDIATE, "immediate-mode", NULL,
	  "show each packet at once, not within two milliseconds;\n"
	  "costs CPU, mostly on the CPUs that receive packets" },
	{ 'U', "packet-buffered", NULL, "write each packet separately; implies --immediate-mode" },
	{ .help = "Lines of text:" },
	{ 't', NULL, NULL,
	  "no time; -tt: seconds since 1970, -ttt: since the\n"
	  "previous line, -tttt: date and time, -ttttt: since the\n"
	  "first line" },
	{ 'e', NULL, NULL, "print MAC addresses, if they were captured" },
	{ 'v', NULL, NULL, "print more of the headers, and why MALFORMED, if captured" },
	{ 'x', NULL, NULL, "print the captured bytes in hex" },
	{ 'X', NULL, NULL, "print the captured bytes in hex and ASCII" },
	{ 'n', NULL, NULL, "ignored: addresses and ports are always numbers" },
	{ 'j', "json", NULL, "print NDJSON: a JSON object per line; -e, -v, -x add keys" },
	{ .help = "Files:" },
	{ 'w', "write", "FILE",
	  "write pcapng to FILE, or to stdout if it is '-'; needs\n"
	  "captured bytes: 'xdptap-loader attach ... snaplen N'" },
	{ OPTION_SYNTHESIZE, "synthesize", NULL,
	  "make up the headers of packets without captured bytes" },
	{ 'C', NULL, "SIZE",
	  "begin a new file after SIZE million bytes; with K, M, G:\n"
	  "KiB, MiB, GiB" },
	{ 'G', NULL, "SECS",
	  "begin a new file every SECS seconds; FILE may have\nstrftime(3) fields" },
	{ 'W', NULL, "COUNT",
	  "with -C: reuse COUNT files in turn; with -G alone: exit\nafter COUNT files" },
	{ 'z', NULL, "COMMAND", "run 'COMMAND FILE' on each file that is closed" },
	{ .help = "General:" },
	{ 'Z', "relinquish-privileges", "USER",
	  "become USER once the taps are open; without -Z only the\n"
	  "privileges of root are given up, and only those of the\n"
	  "command of -z are not" },
	OPTIONS_SHARED,
	{ 0 },
};

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] [dev] IFACE [[dev] IFACE...]\n"
	       "       " PROGRAM " [OPTIONS] any\n\n"
	       "Prints the packets that the taps on these interfaces, or all taps, see, or\n"
	       "writes them to a file: first those that wait in the ring buffers, then those\n"
	       "that arrive. 'any' takes later taps, too. xdptap-loader attaches taps.\n\n");
	options_help(option_table);
}

/* Parses the argument of -C. Returns 0 or -EINVAL. */
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

/* Parses the argument of -G, whole seconds. Returns 0 or -EINVAL. */
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

/* Takes an option of this tool. Returns false after saying what is wrong. */
static bool take_option(int value, void *arg)
{
	struct arguments *a = arg;
	struct capture_options *o = &a->capture;

	switch (value) {
	case OPTION_ONLY_PRESENT:
		a->only_present = true;
		return true;
	case 'c':
		return !number_count(optarg, &o->limit) ||
		       refuse_value("-c", "a number of packets " NUMBER_COUNT_RANGE);
	case 'i':
		return !number_seconds(optarg, &o->interval_ns) ||
		       refuse_value("-i", "a number of seconds " NUMBER_SECONDS_RANGE);
	case 'f':
		o->format.filter = optarg;
		return true;
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
		       refuse_value("-C",
				    "a size: use a number of millions of bytes, or add K, M or G");
	case 'G':
		return !rotate_time(optarg, &o->out.rotate_ns) ||
		       refuse_value("-G", "a number of seconds from 1 to 1000000000");
	case 'W':
		return !number_count(optarg, &o->out.files) ||
		       refuse_value("-W", "a number of files " NUMBER_COUNT_RANGE);
	case 'Z':
		return confine_find_user(optarg, &o->user);
	case 'z':
		o->out.command = optarg;
		return postrotate_exists(optarg) ||
		       refuse_value("-z", "a program in PATH, nor the path of one");
	default: /* -n */
		return true;
	}
}

/* Checks how the options fit together. Returns false after saying what is wrong. */
static bool check_options(struct capture_options *o, bool json)
{
	const struct outfile_options *out = &o->out;
	bool to_stdout = !out->path || !strcmp(out->path, "-");

	if (json && out->path)
		return refuse("-j and -w exclude each other");
	if (json && o->quiet)
		return refuse("-j and -q exclude each other");
	if (out->path && to_stdout && o->quiet)
		return refuse("-w - and -q exclude each other: both write to stdout");
	if (o->format.synthesize && !out->path)
		return refuse("--synthesize is for files: it needs -w");
	if (to_stdout && (out->rotate_bytes || out->rotate_ns || out->command))
		return refuse("-C, -G and -z are for files: they need -w FILE");
	if (out->files && !out->rotate_bytes && !out->rotate_ns)
		return refuse("-W limits the number of files of -C or -G: it needs one of them");
	if (out->path && to_stdout && isatty(STDOUT_FILENO))
		return refuse(
			"-w -: stdout is a terminal, but pcapng is binary: redirect it to a file or a pipe");

	if (out->path)
		o->format.kind = FORMAT_PCAPNG;
	else
		o->format.kind = json ? FORMAT_JSON : FORMAT_TEXT;
	if (o->quiet && !o->interval_ns)
		o->interval_ns = QUIET_INTERVAL_NS;
	return true;
}

/* Compiles the expression of -f. Returns the exit status, after saying what is wrong. */
static int compile_filter(struct capture_options *o)
{
	struct reason reason;
	int err;

	if (!o->format.filter)
		return EXIT_OK;
	err = filter_compile(&o->filter, o->format.filter, &reason);
	if (err == -EINVAL) {
		diag_error_lines("-f", reason.text);
		diag_hint("pcap-filter(7) describes expressions; quote EXPR, it is one argument");
		return EXIT_USAGE;
	}
	if (err) {
		diag_error("-f: %s", reason.text);
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

/*
 * Takes all names before any tap is opened, so that a wrong name is a usage error and has no other
 * effect. Returns false after saying what is wrong.
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
		return refuse("'any' means all taps: no other interface can be named with it");
	if (a->only_present && !a->any)
		return refuse("--only-present is for 'any'");
	return true;
}

bool command_line_parse(int argc, char **argv, struct arguments *a, int *status)
{
	static const struct options_tool tool = { PROGRAM, option_table, help, take_option };
	struct options shared = { .bpffs = BPFFS_DEFAULT };

	if (!options_parse(&tool, argc, argv, &shared, a, status))
		return false;
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
	if (!take_names(argc - optind, argv + optind, a))
		return false;
	*status = compile_filter(&a->capture);
	return *status == EXIT_OK;
}
