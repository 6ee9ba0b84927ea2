// SPDX-License-Identifier: BSD-2-Clause
/*
 * xdptap-extcap: lets Wireshark, tshark and dumpcap capture by xdptap. It speaks extcap(4) with
 * them and starts the other tools. A map of the sources:
 *
 *	main.c		this: does what is asked for
 *	request.c	the options
 *	listing.c	interfaces, link type and options, in extcap's sentences
 *	verify.c	judges a capture filter
 *	session.c	a capture
 *	own_tap.c	the tap that is made for it
 *	child.c		starts the loader and the reader
 */
#include <signal.h>
#include <string.h>

#include "pin/cli/diag.h"
#include "pin/cli/output.h"
#include "pin/cli/standard_fds.h"
#include "pin/cli/stop.h"
#include "reader/extcap/listing.h"
#include "reader/extcap/request.h"
#include "reader/extcap/session.h"
#include "reader/extcap/verify.h"

static int answer(const struct request *r)
{
	int err;

	if (r->interfaces)
		listing_interfaces(r);
	else if (r->dlts)
		listing_dlts();
	else if (r->config)
		listing_config(r);
	else if (!r->capture)
		return verify_filter(r);
	else if ((err = stop_init()))
		diag_error("can't catch signals: %s", strerror(-err));
	else
		return session_run(r);
	return r->capture ? EXIT_FAILED : EXIT_OK;
}

int main(int argc, char **argv)
{
	struct request r = { 0 };
	int status;

	standard_fds_prepare();
	signal(SIGCHLD, SIG_DFL); /* it may have been inherited as ignored */
	diag_init("xdptap-extcap");
	if (request_parse(argc, argv, &r, &status))
		status = answer(&r);
	return output_finish(status);
}
