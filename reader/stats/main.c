// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-stats: the counters of taps.
 *
 *	stats_main.c		this table of commands
 *	stats_show.c		show: text or JSON
 *	stats_prometheus.c	... or metrics
 *	stats_textfile.c	... in a file
 *	stats_watch.c		watch: again and again
 *		stats_taps.c		the taps, and a look at them
 *		stats_history.c		rates and averages, of looks at one
 *		stats_lines.c		a line each time; stats_lines_json.c: an object
 *		stats_screen.c		the terminal; stats_draw.c: what is on it
 *		stats_figures.c		numbers in few columns
 *		stats_live.c		pace and waiting; top's too
 *	stats_sample.c		the look at a tap that all commands take
 *	stats_top.c		top: its words are in stats_top_words.c
 *		stats_flows.c		reading and deleting flows
 *		stats_flow_reading.c	... and the look at a tap's
 *		stats_rank.c		grouping and sorting them
 *		stats_ranking.c		... and shares and rates
 *		stats_top_text.c	a table of that; stats_top_json.c: an object
 *		stats_top_watch.c	again and again; stats_top_screen.c: on a terminal
 *	stats_flush.c		flush
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "pin/bpffs.h"
#include "pin/cli/diag.h"
#include "pin/cli/output.h"
#include "pin/cli/standard_fds.h"
#include "reader/stats/commands.h"
#include "reader/stats/options.h"
#include "reader/stats/textfile.h"

#define PROGRAM "xdptap-stats"

/* Long options without a letter, behind those of pin/cli/options.h. */
enum { OPTION_TEXTFILE = 0x200, OPTION_PER_CPU };

static const struct command commands[] = {
	{ "show", "[[dev] IFACE]...", "the counters of taps, or of all taps", cmd_show },
	{ "watch", "[SECS] [[dev] IFACE...]",
	  "rates, each second or SECS (0.1 to 3600): on a screen, or a line each time", cmd_watch },
	{ "top", "[dev] IFACE [key KEY] [by ORDER] [count N] [watch [SECS]]",
	  "who has the most of a tap's traffic, if it counts flows", cmd_top },
	{ "flush", "[dev] IFACE", "forget its flows, and count them anew", cmd_flush },
	{ 0 },
};

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] COMMAND\n\n"
	       "Shows what the taps of xdptap-loader have counted since they were attached.\n\n"
	       "Commands:\n");
	command_help(commands);
	printf("\n"
	       "  key KEY             what is counted together: flow, src, dst, sport, dport,\n"
	       "                      proto, or pair, two hosts whichever way (flow)\n"
	       "  by ORDER            packets, bytes or syn (bytes)\n"
	       "  count N             how many of them (20)\n"
	       "\nOptions:\n" OPTIONS_JSON_HELP
	       "  -o, --output FORM   of show: text, json, or prometheus: metrics\n"
	       "      --per-cpu       metrics of each CPU by itself\n"
	       "      --textfile FILE.prom\n"
	       "                      metrics into a file, for node_exporter\n" OPTIONS_HELP);
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
		return refuse("-o: there are text, json and prometheus");
	return true;
}

/* An option of ours. Returns whether it was right; else says why not. */
static bool take_option(int opt, struct stats_options *o)
{
	switch (opt) {
	case 'o':
		return take_form(o);
	case OPTION_PER_CPU:
		o->per_cpu = true;
		return true;
	default: /* OPTION_TEXTFILE */
		o->textfile = optarg;
		o->prometheus = true;
		return textfile_name_fits(optarg) ||
		       refuse("--textfile: node_exporter reads only names that end in .prom");
	}
}

/* What options and command say together. Returns false after saying what is wrong. */
static bool check_options(const struct stats_options *o, const char *command)
{
	if (o->text + o->shared.json + o->prometheus > 1)
		return refuse("text, JSON and metrics exclude each other");
	if (o->per_cpu && !o->prometheus)
		return refuse("--per-cpu is for metrics: it needs -o prometheus");
	if (o->prometheus && command && strcmp(command, "show"))
		return refuse("metrics are what 'show' gives, no other command");
	return true;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "per-cpu", no_argument, NULL, OPTION_PER_CPU },
		{ "textfile", required_argument, NULL, OPTION_TEXTFILE },
		OPTIONS_LONG,
		OPTIONS_JSON_LONG,
		{ 0 },
	};
	struct stats_options o = { .shared = { .bpffs = BPFFS_DEFAULT } };
	int opt, status;

	standard_fds_occupy();
	diag_init(PROGRAM);
	signal(SIGPIPE, SIG_IGN); /* EPIPE is for output_finish() */
	while ((opt = getopt_long(argc, argv, ":o:" OPTIONS_SHORT OPTIONS_JSON_SHORT, long_options,
				  NULL)) != -1) {
		switch (option_common(opt, argv, PROGRAM, help, &o.shared, &status)) {
		case OPTION_TAKEN:
			break;
		case OPTION_EXIT:
			return output_finish(status);
		case OPTION_OTHER:
			if (!take_option(opt, &o))
				return EXIT_USAGE;
		}
	}
	if (!check_options(&o, argv[optind]))
		return EXIT_USAGE;
	return output_finish(command_run(commands, &o.shared, argc - optind, argv + optind));
}
