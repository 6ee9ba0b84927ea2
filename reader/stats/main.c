// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-stats: shows what taps have counted. It opens pins and reads them; only flush
 * writes. A map of the sources:
 *
 *	main.c			options, and the table of commands
 *
 *	sample.c		the counters, rings and reader of a tap at one moment
 *	interval.c		when to take the next sample, and waiting for it
 *	terminal.c		the terminal as a full screen, by ncurses
 *
 *	show.c			show: one sample of each tap, as text or JSON
 *	prometheus.c		... as metrics, with the labels of labels.c
 *	verdict_sample.c	what other programs returned, for show and watch
 *	verdict_text.c		... as a table; verdict_json.c, verdict_metrics.c
 *	verdict_rates.c		... per second, for watch
 *	textfile.c		... in a file that is replaced as a whole
 *
 *	watch.c			watch: a sample of each tap per interval
 *	taps.c			which taps there are, and a history of each
 *	history.c		rates and averages from the last minute's samples
 *	lines.c			prints a line per tap
 *	lines_json.c		prints an object
 *	screen.c		draws the screen, and applies the keys
 *		screen_list.c	... all taps
 *		screen_tap.c	... the selected tap
 *		screen_minute.c	... its last minute, as bars (bar.c)
 *		screen_cpus.c	... its CPUs
 *		screen_rates.c	... the columns that these tables share
 *
 *	top.c			top: ranks the flows of one tap
 *	top_arguments.c		parses what to rank, and how
 *	flow_sample.c		the flows of a tap at one moment
 *	flows.c			walks over the flow map: reads or deletes its entries
 *	rank.c			groups and sorts flows
 *	ranking.c		the groups that are shown, their shares and rates
 *	top_print.c		prints a ranking: top_text.c a table, top_json.c an object
 *	top_watch.c		a ranking per interval; top_screen.c draws it
 *
 *	flush.c			flush: deletes the flows of a tap
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin/bpffs.h"
#include "pin/cli/command.h"
#include "pin/cli/diag.h"
#include "pin/cli/output.h"
#include "pin/cli/standard_fds.h"
#include "reader/stats/commands.h"
#include "reader/stats/labels.h"
#include "reader/stats/options.h"
#include "reader/stats/textfile.h"

#define PROGRAM "xdptap-stats"

enum { OPTION_TEXTFILE = OPTION_OWN, OPTION_PER_CPU, OPTION_LABEL };

static const struct command commands[] = {
	{ "show", "[[dev] IFACE]...", "print the counters of these taps, or of all taps",
	  cmd_show },
	{ "watch", "[SECS] [[dev] IFACE]...",
	  "show rates every second, or every SECS seconds (0.1 to 3600)", cmd_watch },
	{ "top", "[dev] IFACE [key KEY] [by ORDER] [count N] [watch [SECS]]",
	  "rank the flows, hosts or ports of a tap that counts flows", cmd_top },
	{ "flush", "[dev] IFACE", "delete all flows of the tap; other counters stay", cmd_flush },
	{ 0 },
};

static const struct option_spec option_table[] = {
	{ .help = "Options:" },
	OPTIONS_JSON,
	{ 'o', "output", "FORM", "what show prints: text, json or prometheus (metrics)" },
	{ OPTION_PER_CPU, "per-cpu", NULL, "print metrics for each CPU instead of their sums" },
	{ OPTION_LABEL, "label", "NAME=VALUE", "add a label to every metric; may be repeated" },
	{ OPTION_TEXTFILE, "textfile", "FILE.prom", "write metrics to a file for node_exporter" },
	OPTIONS_SHARED,
	{ 0 },
};

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] COMMAND\n\n"
	       "Shows what the taps of xdptap-loader have counted since they were attached.\n\n"
	       "Commands:\n");
	command_help(commands);
	printf("\n"
	       "Arguments of top:\n"
	       "  key KEY             group by flow, src, dst, sport, dport, proto, or pair:\n"
	       "                      two hosts, both directions (default: flow)\n"
	       "  by ORDER            rank by packets, bytes or syn (default: bytes)\n"
	       "  count N             show at most N groups (default: 20)\n\n");
	options_help(option_table);
}

static bool refuse(const char *what)
{
	diag_error("%s", what);
	diag_hint("'" PROGRAM " --help' lists the options");
	return false;
}

static bool take_form(struct stats_options *o)
{
	if (!strcmp(optarg, "json"))
		o->shared.json = true;
	else if (!strcmp(optarg, "prometheus"))
		o->prometheus = true;
	else if (!strcmp(optarg, "text"))
		o->text = true;
	else
		return refuse("-o takes text, json or prometheus");
	return true;
}

static bool take_label(struct stats_options *o)
{
	const char *why = labels_add(&o->labels, optarg);

	if (!why)
		return true;
	diag_error("--label: '%s' %s", optarg, why);
	diag_hint("use a label such as netns=blue, which tells taps of one name apart");
	return false;
}

/* Handles an option of this tool. Returns false after printing what is wrong. */
static bool take_option(int value, void *arg)
{
	struct stats_options *o = arg;

	switch (value) {
	case 'o':
		return take_form(o);
	case OPTION_PER_CPU:
		o->per_cpu = true;
		return true;
	case OPTION_LABEL:
		return take_label(o);
	default: /* OPTION_TEXTFILE */
		o->textfile = optarg;
		o->prometheus = true;
		return textfile_name_fits(optarg) ||
		       refuse("--textfile: node_exporter reads only files whose names end in .prom");
	}
}

/* Checks options and command together. Returns false after printing what is wrong. */
static bool check_options(const struct stats_options *o, const char *command)
{
	if (o->text + o->shared.json + o->prometheus > 1)
		return refuse("text, JSON and metrics exclude each other");
	if (o->per_cpu && !o->prometheus)
		return refuse("--per-cpu applies to metrics only: it needs -o prometheus");
	if (o->labels && !o->prometheus)
		return refuse("--label applies to metrics only: it needs -o prometheus");
	if (o->prometheus && command && strcmp(command, "show"))
		return refuse("only 'show' prints metrics");
	return true;
}

int main(int argc, char **argv)
{
	static const struct options_tool tool = { PROGRAM, option_table, help, take_option };
	struct stats_options o = { .shared = { .bpffs = BPFFS_DEFAULT } };
	int status;

	standard_fds_prepare();
	diag_init(PROGRAM);
	if (!options_parse(&tool, argc, argv, &o.shared, &o, &status))
		status = output_finish(status);
	else if (!check_options(&o, argv[optind]))
		status = EXIT_USAGE;
	else
		status = output_finish(
			command_run(commands, &o.shared, argc - optind, argv + optind));
	free(o.labels);
	return status;
}
