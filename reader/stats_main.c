// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-stats: the counters of taps.
 *
 *	stats_main.c		this table of commands
 *	stats_show.c		show: text or JSON
 *	stats_top.c		top: its words are in stats_top_words.c; each second:
 *stats_top_watch.c
 *	stats_flows.c		  reads and deletes flows; with what stats_flow_reading.c adds:
 *	stats_rank.c		  groups and sorts them, stats_ranking.c puts both together,
 *	stats_top_text.c	  stats_top_json.c: what is printed of it
 *	stats_flush.c		flush
 */
#include <signal.h>
#include <stdio.h>

#include "pin/bpffs.h"
#include "pin/diag.h"
#include "pin/options.h"
#include "pin/output.h"
#include "reader/stats_commands.h"

#define PROGRAM "xdptap-stats"

static const struct command commands[] = {
	{ "show", "[[dev] IFACE]", "the counters of a tap, or of all taps", cmd_show },
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
	printf("\nOptions:\n" OPTIONS_JSON_HELP OPTIONS_HELP);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = { OPTIONS_LONG, OPTIONS_JSON_LONG, { 0 } };
	struct options o = { .bpffs = BPFFS_DEFAULT };
	int opt, status;

	diag_init(PROGRAM);
	signal(SIGPIPE, SIG_IGN); /* EPIPE is for output_finish() */
	while ((opt = getopt_long(argc, argv, ":" OPTIONS_SHORT OPTIONS_JSON_SHORT, long_options,
				  NULL)) != -1)
		if (option_common(opt, argv, PROGRAM, help, &o, &status) == OPTION_EXIT)
			return output_finish(status);
	return output_finish(command_run(commands, &o, argc - optind, argv + optind));
}
