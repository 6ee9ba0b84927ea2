// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-loader: attaches the tap, takes it away, says what there is.
 *
 *	main.c		this table of commands
 *	attach.c	attach: load, attach through libxdp, pin, write meta
 *	attach_arguments_parse.c	its words: IFACE, mode, prio, ring, rings, ...
 *	attach_check.c	what can be in its way
 *	rings.c		the rings, made before the program is loaded
 *	detach.c	detach: the reverse, also of what was left half-done
 *	show.c		show: every tap, and whether it really is attached
 *	chain.c		the programs that libxdp finds on an interface
 *	state.c		what became of a tap
 *	dir.c		the directory that the pins lie in: create, lock, remove
 *	log.c		what libbpf and libxdp print
 */
#include <stdio.h>

#include "bpf/abi.h"
#include "loader/commands.h"
#include "loader/log.h"
#include "loader/rings.h"
#include "pin/bpffs.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/cli/output.h"
#include "pin/cli/standard_fds.h"

#define PROGRAM "xdptap-loader"

static const struct command commands[] = {
	{ "attach", "[dev] IFACE [mode MODE] [prio N] [ring SIZE] [rings N] ...", "tap IFACE",
	  cmd_attach },
	{ "detach", "[dev] IFACE", "remove the tap; other XDP programs stay", cmd_detach },
	{ "show", "[[dev] IFACE]", "list taps and their state", cmd_show },
	{ 0 },
};

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] COMMAND\n\n"
	       "Taps network interfaces at XDP: every frame makes an event in a pinned ring\n"
	       "buffer, which xdptap-reader reads; xdptap-stats reads the pinned counters.\n\n"
	       "Commands:\n");
	command_help(commands);
	printf("\n"
	       "  mode MODE           native, generic, offload; auto: native if it can (auto)\n"
	       "  prio N              lower runs earlier in the dispatcher (%d; xdp-filter: 10)\n"
	       "  ring SIZE           bytes, or with K or M; a power of two of pages (%uM)\n"
	       "  rings N             rings to split that into; auto: one for each CPU, of\n"
	       "                      at least %uK (auto)\n"
	       "  snaplen N           first bytes of each frame to put behind its event, up to\n"
	       "                      %u, or full, which is that (0)\n"
	       "  flows N             count the packets of each flow, of N at most (0: don't)\n"
	       "  require-dispatcher  fail where libxdp can't use its dispatcher\n\n"
	       "Options:\n" OPTIONS_JSON_HELP OPTIONS_HELP,
	       XDPTAP_DEFAULT_PRIO, XDPTAP_DEFAULT_RING_BYTES >> 20, RINGS_AUTO_MIN >> 10,
	       XDPTAP_SNAPLEN_MAX);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = { OPTIONS_LONG, OPTIONS_JSON_LONG, { 0 } };
	struct options o = { .bpffs = BPFFS_DEFAULT };
	int opt, status;

	standard_fds_occupy();
	diag_init(PROGRAM);
	log_init();
	while ((opt = getopt_long(argc, argv, ":" OPTIONS_SHORT OPTIONS_JSON_SHORT, long_options,
				  NULL)) != -1)
		if (option_common(opt, argv, PROGRAM, help, &o, &status) == OPTION_EXIT)
			return output_finish(status);
	return output_finish(command_run(commands, &o, argc - optind, argv + optind));
}
