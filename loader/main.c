// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-loader: attaches the tap, takes it away, says what there is.
 *
 *	main.c		this table of commands
 *	attach.c	attach: load, attach through libxdp, pin, write meta
 *	attach_words.c	its words: IFACE, mode, prio, ring
 *	attach_check.c	what can be in its way
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
#include "pin/bpffs.h"
#include "pin/diag.h"
#include "pin/options.h"
#include "pin/output.h"

#define PROGRAM "xdptap-loader"

static const struct command commands[] = {
	{ "attach", "[dev] IFACE [mode auto|native|generic|offload] [prio N] [ring SIZE]",
	  "tap IFACE; the word require-dispatcher: fail if libxdp has none here", cmd_attach },
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
	       "  prio N     lower runs earlier in the dispatcher; xdp-filter has 10 (%d)\n"
	       "  ring SIZE  bytes, or with K or M; a power of two of pages (%uM)\n\n"
	       "Options:\n" OPTIONS_JSON_HELP OPTIONS_HELP,
	       XDPTAP_DEFAULT_PRIO, XDPTAP_DEFAULT_RING_BYTES >> 20);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = { OPTIONS_LONG, OPTIONS_JSON_LONG, { 0 } };
	struct options o = { .bpffs = BPFFS_DEFAULT };
	int opt, status;

	diag_init(PROGRAM);
	log_init();
	while ((opt = getopt_long(argc, argv, ":" OPTIONS_SHORT OPTIONS_JSON_SHORT, long_options,
				  NULL)) != -1)
		if (option_common(opt, argv, PROGRAM, help, &o, &status) == OPTION_EXIT)
			return output_finish(status);
	return output_finish(command_run(commands, &o, argc - optind, argv + optind));
}
