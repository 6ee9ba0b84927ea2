/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of xdptap-reader, parsed. */
#ifndef XDPTAP_READER_COMMAND_LINE_H
#define XDPTAP_READER_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/capture.h"

struct arguments {
	struct capture_options capture; /* the caller frees its filter */
	const char **names;             /* names of interfaces; the caller frees the array */
	size_t n_names;
	bool any;          /* all taps, instead of names; also later ones, unless ... */
	bool only_present; /* ... this is set */
};

/*
 * Parses options and arguments. Returns true, or false if the program is to exit with *status:
 * something is wrong, which has been said, or the help was printed.
 */
bool command_line_parse(int argc, char **argv, struct arguments *a, int *status);

#endif
