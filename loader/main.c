// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-loader: attaches taps, detaches them, and shows which there are.
 *
 *	main.c			this: commands and options
 *	attach.c		attach: from the arguments to the tap with its meta record
 *	attach_arguments.c	its arguments: IFACE, mode, prio, ring, rings, ...
 *	attach_check.c		what may prevent it: another tap, another program, memory
 *	attachment.c		loads the program and attaches it through libxdp
 *	program.c		opens the program with its settings and filter
 *	settings_arguments.c	the words filter, sample and snaplen
 *	rings.c			creates the ring buffers before the program is loaded
 *	detach.c		detach: the reverse, also of what was left half-made
 *	promisc.c		promiscuous mode, which attach turns on and detach off
 *	vlan_offload.c		a note on VLAN tags that the network card removes
 *	filter_command.c	filter: judges an expression, or prints its code
 *	features.c		features: what kernel, libxdp and driver allow
 *	set.c			set: other settings while the tap runs
 *	change.c		puts a program with these in the place of that in force
 *	successor.c		the program with the new settings
 *	turn.c			hands over from one program to the other
 *	traced.c		trace: finds the program to trace
 *	trace_link.c		attaches ours to it
 *	show.c			show: every tap, and whether it is really attached
 *	state.c			the state of a tap
 *	chain.c			the programs that libxdp finds on an interface
 *	aftermath.c		puts right what libxdp leaves there if it fails
 *	dir.c			the directory of the pins: create, lock, clear, remove
 *	group.c			lets the members of a group read a tap
 *	refusal.c		what the verifier says of a program that it refuses
 *	log.c			messages of libbpf and libxdp
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpf/abi.h"
#include "loader/chain.h"
#include "loader/commands.h"
#include "loader/log.h"
#include "loader/rings.h"
#include "pin/bpffs.h"
#include "pin/cli/command.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/cli/output.h"
#include "pin/cli/standard_fds.h"

#define PROGRAM "xdptap-loader"

static const struct command commands[] = {
	{ "attach", "[dev] IFACE [trace | at exit] [filter EXPR] [sample N] [snaplen N] ...",
	  "attach a tap to the interface", cmd_attach },
	{ "detach", "[dev] IFACE", "remove the tap; other XDP programs stay", cmd_detach },
	{ "set", "[dev] IFACE [filter EXPR | nofilter] [sample N] [pause | resume] ...",
	  "change what the tap captures, while it runs", cmd_set },
	{ "show", "[[dev] IFACE]", "list taps and their state", cmd_show },
	{ "features", "[[dev] IFACE]", "tell what kernel, libxdp and driver allow", cmd_features },
	{ "filter", "check EXPR | dump EXPR",
	  "tell what is wrong with an expression, or print its code", cmd_filter },
	{ 0 },
};

static const struct option_spec option_table[] = {
	{ .help = "Options:" },
	OPTIONS_JSON,
	OPTIONS_SHARED,
	{ 0 },
};

static void help(void)
{
	printf("Usage: " PROGRAM " [OPTIONS] COMMAND\n\n"
	       "Attaches taps to network interfaces at XDP. For each frame that arrives, a tap\n"
	       "writes an event to a ring buffer and counts the frame. xdptap-reader prints the\n"
	       "events, xdptap-stats shows the counters.\n\n"
	       "Commands:\n");
	command_help(commands);
	printf("\n"
	       "Arguments of attach; set takes filter, nofilter, sample, snaplen, pause, resume,\n"
	       "trace, prog, verdicts and action:\n"
	       "  filter EXPR         write events only for frames that match, see\n"
	       "                      pcap-filter(7); the others pass and are counted\n"
	       "  sample N            write an event for one in N frames that match (default: 1)\n"
	       "  nofilter            set: write events for all frames again\n"
	       "  pause, resume       set: write no events, but count; write events again\n"
	       "  mode MODE           native, generic, offload, or auto: the mode of an existing\n"
	       "                      dispatcher, else native if the driver supports it, else\n"
	       "                      generic (default: auto)\n"
	       "  prio N              position in the dispatcher; lower runs earlier\n"
	       "                      (default: %d; xdp-filter has 10)\n"
	       "  ring SIZE           total size of the ring buffers in bytes, or with K or M;\n"
	       "                      a power of two (default: %uM)\n"
	       "  rings N             number of ring buffers, or auto: one per CPU, each of at\n"
	       "                      least %uK (default: auto)\n"
	       "  snaplen N           record the first N bytes of each frame, up to %u;\n"
	       "                      full: all that XDP can read (default: 0)\n"
	       "  flows N             count packets and bytes of up to N flows (default: 0)\n"
	       "  group NAME          let the members of this group read the tap, without root\n"
	       "  promisc             turn promiscuous mode on; detach turns it off, unless it\n"
	       "                      was on before\n"
	       "  require-dispatcher  fail if libxdp can't use its dispatcher\n"
	       "  trace               tap at the entry of the XDP program that is there already\n"
	       "  prog ID|NAME        with trace, if there are several: which of them\n"
	       "  verdicts            count what the other XDP programs there return; set: those\n"
	       "                      that are there now\n"
	       "  at exit             make events when those programs return, which say what\n"
	       "                      became of the frame and by whom\n"
	       "  action LIST         at exit, only some: aborted,drop,pass,tx,redirect,other\n\n",
	       XDPTAP_DEFAULT_PRIO, XDPTAP_DEFAULT_RING_BYTES >> 20, RINGS_AUTO_MIN >> 10,
	       XDPTAP_SNAPLEN_MAX);
	options_help(option_table);
}

int main(int argc, char **argv)
{
	static const struct options_tool tool = { PROGRAM, option_table, help, NULL };
	struct options o = { .bpffs = BPFFS_DEFAULT };
	int status, err;

	standard_fds_prepare();
	diag_init(PROGRAM);
	log_init();
	if (!options_parse(&tool, argc, argv, &o, NULL, &status))
		return output_finish(status);
	err = chain_use_bpffs(o.bpffs);
	if (err) {
		diag_error("can't use --bpffs %s: %s", o.bpffs,
			   err == -EPERM ? "this program is setuid or has file capabilities, so "
					   "libxdp ignores LIBXDP_BPFFS"
					 : strerror(-err));
		if (err == -EPERM)
			diag_hint("omit --bpffs, or run it as root");
		return output_finish(EXIT_FAILED);
	}
	return output_finish(command_run(commands, &o, argc - optind, argv + optind));
}
