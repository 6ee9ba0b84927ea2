/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of xdptap-reader, understood. */
#ifndef XDPTAP_READER_COMMAND_LINE_H
#define XDPTAP_READER_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/capture.h"

struct arguments {
	struct capture_options capture;
	const char **names; /* of interfaces; to be freed */
	size_t n_names;
	bool any; /* all taps there are, instead of names */
};

/*
 * Takes the options and words. Says what is wrong with them, or prints the help.
 * Returns false if the program is to end now, with *status.
 */
bool command_line_parse(int argc, char **argv, struct arguments *a, int *status);

#endif
