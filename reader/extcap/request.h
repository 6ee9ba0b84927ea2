/* SPDX-License-Identifier: BSD-2-Clause */
/* What Wireshark asks for on the command line; for all files of xdptap-extcap. */
#ifndef XDPTAP_READER_EXTCAP_REQUEST_H
#define XDPTAP_READER_EXTCAP_REQUEST_H

#include <stdbool.h>

#include "pin/cli/options.h"

/* The strings are those of the command line; NULL: not given. */
struct request {
	struct options shared;
	bool interfaces, dlts, config, capture;
	const char *interface; /* such as "xdptap-eth0" */
	const char *ifname;    /* the part of it after the prefix: "eth0", or "any" */
	const char *fifo;
	const char *filter; /* of pcap-filter(7) */
	/* Of a tap that is made for the capture; in the words of 'xdptap-loader attach', which
	 * judges them. */
	const char *snaplen, *prio, *mode, *ring;
	bool promisc;
};

/* What comes before the name of an interface, so that it differs from that of libpcap. */
#define REQUEST_PREFIX "xdptap-"

/* All taps, as xdptap-reader calls them. */
#define REQUEST_ANY "any"

/* Whether the filter has an expression that is more than blanks. */
bool request_filters(const struct request *r);

/* Parses the options. Returns false if the program is to exit with *status. */
bool request_parse(int argc, char **argv, struct request *r, int *status);

#endif
