/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of a tool, from one table: it gives getopt_long(3) its arguments and --help its
 * text, from which the completion (docs/completion/xdptap) takes its words.
 */
#ifndef XDPTAP_PIN_CLI_OPTIONS_H
#define XDPTAP_PIN_CLI_OPTIONS_H

#include <stdbool.h>

#include "pin/bpffs.h"

/* The values of the options that tools share. */
struct options {
	const char *bpffs; /* mount point, without a slash at its end */
	bool json;         /* -j; implied by -p */
	bool pretty;       /* -p */
};

/* A line of a tool's table, which ends with one that is all 0. */
struct option_spec {
	int value;        /* the option's letter, or a number above OPTION_LONG; 0: a heading */
	const char *name; /* of the long option; NULL: there is none */
	const char *arg;  /* what --help calls its argument; NULL: it takes none */
	const char *help; /* for --help, lines of up to 57 characters; or the heading */
};

/* Values of long options without a letter: those that tools share, then a tool's own. */
#define OPTION_LONG 0x100
enum { OPTION_BPFFS = OPTION_LONG + 1, OPTION_OWN };

/* The lines of the options that tools share. */
#define OPTIONS_JSON                                         \
	{ 'j', "json", NULL, "print JSON instead of text" }, \
	{                                                    \
		'p', "pretty", NULL, "print indented JSON"   \
	}
#define OPTIONS_SHARED                                                                            \
	{ OPTION_BPFFS, "bpffs", "DIR", "use this BPF filesystem (default: " BPFFS_DEFAULT ")" }, \
		{ 'd', "debug", NULL, "show messages of the BPF libraries on stderr" },           \
		{ 'h', "help", NULL, "print this text" },                                         \
	{                                                                                         \
		'V', "version", NULL, "print the version"                                         \
	}

/* A tool, for options_parse(). */
struct options_tool {
	const char *program;
	const struct option_spec *table;
	void (*help)(void); /* prints --help on stdout */
	/* Takes an option of the tool's own; optarg is its argument. Returns false after
	 * printing what is wrong. NULL: the tool has none. */
	bool (*take)(int value, void *arg);
};

/*
 * Parses the options into *o and, by tool->take(), into `arg`. Returns true if argv[optind]
 * is the first argument then; or false if the tool is to exit with *status, because an
 * option is wrong, which has been said, or because it was --help or --version.
 */
bool options_parse(const struct options_tool *tool, int argc, char **argv, struct options *o,
		   void *arg, int *status);

/* Prints the lines of the table on stdout. */
void options_help(const struct option_spec *table);

#endif
