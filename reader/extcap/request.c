// SPDX-License-Identifier: BSD-2-Clause
/* Parses the options of extcap(4), and those of the dialog; used by main.c. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "reader/extcap/request.h"

#define PROGRAM "xdptap-extcap"

enum {
	OPTION_INTERFACES = OPTION_OWN,
	OPTION_VERSION,
	OPTION_DLTS,
	OPTION_CONFIG,
	OPTION_RELOAD,
	OPTION_INTERFACE,
	OPTION_CAPTURE,
	OPTION_FIFO,
	OPTION_FILTER,
	OPTION_SNAPLEN,
	OPTION_PRIO,
	OPTION_MODE,
	OPTION_RING,
	OPTION_DIRECTION,
	OPTION_PROMISC,
};

static const struct option_spec option_table[] = {
	{ .help = "What Wireshark asks for:" },
	{ OPTION_INTERFACES, "extcap-interfaces", NULL, "list the interfaces" },
	{ OPTION_VERSION, "extcap-version", "VERSION", "the version of Wireshark; ignored" },
	{ OPTION_DLTS, "extcap-dlts", NULL, "print the link type of an interface" },
	{ OPTION_CONFIG, "extcap-config", NULL, "print the options of an interface" },
	{ OPTION_RELOAD, "extcap-reload-option", "OPTION",
	  "print the values of an option again: none of them changes" },
	{ OPTION_INTERFACE, "extcap-interface", "NAME",
	  "the interface: xdptap-IFACE, or xdptap-any for all taps" },
	{ OPTION_CAPTURE, "capture", NULL, "capture, until the pipe is closed or a signal comes" },
	{ OPTION_FIFO, "fifo", "FILE", "the pipe to write pcapng to" },
	{ OPTION_FILTER, "extcap-capture-filter", "EXPR",
	  "only packets that match EXPR of pcap-filter(7); without\n"
	  "--capture: print what is wrong with it" },
	{ .help = "A tap that is made for the capture, as 'xdptap-loader attach' has it:" },
	{ OPTION_SNAPLEN, "snaplen", "BYTES", "bytes to capture of each frame (default: full)" },
	{ OPTION_PRIO, "prio", "N", "run priority among XDP programs (default: 5)" },
	{ OPTION_MODE, "mode", "MODE", "auto, native or generic (default: auto)" },
	{ OPTION_RING, "ring", "SIZE", "size of the ring buffers (default: 16M)" },
	{ OPTION_DIRECTION, "direction", "in", "received frames; XDP sees no others" },
	{ OPTION_PROMISC, "promisc", NULL, "turn promiscuous mode on" },
	{ .help = "General:" },
	OPTIONS_SHARED,
	{ 0 },
};

static void help(void)
{
	printf("Usage: " PROGRAM " --extcap-interfaces\n"
	       "       " PROGRAM " --extcap-dlts --extcap-interface NAME\n"
	       "       " PROGRAM " --extcap-config --extcap-interface NAME\n"
	       "       " PROGRAM " --capture --extcap-interface NAME --fifo FILE [OPTIONS]\n"
	       "       " PROGRAM " --extcap-capture-filter EXPR --extcap-interface NAME\n\n"
	       "Lets Wireshark, tshark and dumpcap capture at XDP: they start it. It reads a\n"
	       "tap that exists, or makes one and removes it after the capture.\n\n");
	options_help(option_table);
}

static bool refuse(const char *what)
{
	diag_error("%s", what);
	diag_hint("'" PROGRAM " --help' lists the options");
	return false;
}

static bool take_option(int value, void *arg)
{
	struct request *r = arg;
	const char **texts[] = {
		[OPTION_INTERFACE - OPTION_OWN] = &r->interface,
		[OPTION_FIFO - OPTION_OWN] = &r->fifo,
		[OPTION_FILTER - OPTION_OWN] = &r->filter,
		[OPTION_SNAPLEN - OPTION_OWN] = &r->snaplen,
		[OPTION_PRIO - OPTION_OWN] = &r->prio,
		[OPTION_MODE - OPTION_OWN] = &r->mode,
		[OPTION_RING - OPTION_OWN] = &r->ring,
	};
	bool *flags[] = {
		[OPTION_INTERFACES - OPTION_OWN] = &r->interfaces,
		[OPTION_DLTS - OPTION_OWN] = &r->dlts,
		[OPTION_CONFIG - OPTION_OWN] = &r->config,
		[OPTION_CAPTURE - OPTION_OWN] = &r->capture,
		[OPTION_PROMISC - OPTION_OWN] = &r->promisc,
	};
	size_t i = (size_t)value - OPTION_OWN;

	if (value == OPTION_DIRECTION && strcmp(optarg, "in"))
		return refuse("--direction takes in: XDP sees received frames only");
	if (value == OPTION_RELOAD)
		r->config = true;
	else if (i < sizeof(texts) / sizeof(*texts) && texts[i])
		*texts[i] = optarg;
	else if (i < sizeof(flags) / sizeof(*flags) && flags[i])
		*flags[i] = true;
	return true;
}

static bool check(struct request *r)
{
	bool verify = r->filter && !r->capture;

	if (r->interfaces + r->dlts + r->config + r->capture > 1)
		return refuse("more than one thing is asked for");
	if (r->interfaces)
		return true;
	if (!r->dlts && !r->config && !r->capture && !verify)
		return refuse("nothing is asked for: Wireshark starts this program");
	if (!r->interface)
		return refuse("--extcap-interface is missing");
	if (strncmp(r->interface, REQUEST_PREFIX, strlen(REQUEST_PREFIX)) ||
	    !r->interface[strlen(REQUEST_PREFIX)])
		return refuse("--extcap-interface takes xdptap-IFACE");
	r->ifname = r->interface + strlen(REQUEST_PREFIX);
	if (r->capture && !r->fifo)
		return refuse("--capture needs --fifo");
	return true;
}

bool request_filters(const struct request *r)
{
	return r->filter && r->filter[strspn(r->filter, " \t\r\n\v\f")];
}

bool request_parse(int argc, char **argv, struct request *r, int *status)
{
	static const struct options_tool tool = { PROGRAM, option_table, help, take_option };

	r->shared.bpffs = BPFFS_DEFAULT;
	if (!options_parse(&tool, argc, argv, &r->shared, r, status))
		return false;
	*status = EXIT_USAGE;
	if (optind < argc) {
		diag_error("unknown argument '%s'", argv[optind]);
		diag_hint("'" PROGRAM " --help' lists the options");
		return false;
	}
	return check(r);
}
