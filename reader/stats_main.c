// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-stats: the counters of taps.
 *
 *	stats_main.c		this table of commands
 *	stats_show.c		show: text or JSON
 *	stats_watch.c		watch: again and again
 *		stats_taps.c		the taps, and a look at them
 *		stats_history.c		rates and averages, of looks at one
 *		stats_lines.c		a line each time; stats_lines_json.c: an object
 *		stats_screen.c		the terminal; stats_draw.c: what is on it
 *		stats_figures.c		numbers in few columns
 *	stats_sample.c		a look at a tap
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
	{ "watch", "[SECS] [[dev] IFACE...]",
	  "rates, each second or SECS (0.1 to 3600): on a screen, or a line each time", cmd_watch },
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
