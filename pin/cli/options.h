/* SPDX-License-Identifier: BSD-2-Clause */
/* The options that the three tools share, and the words of ip's grammar. */
#ifndef XDPTAP_PIN_CLI_OPTIONS_H
#define XDPTAP_PIN_CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

struct options {
	const char *bpffs; /* mount point, without a slash at its end */
	bool json;         /* -j; implied by -p */
	bool pretty;       /* -p */
};

/* For a tool's own short and long option tables. */
#define OPTIONS_SHORT      "hVd"
#define OPTIONS_JSON_SHORT "jp"
#define OPTIONS_LONG                                                               \
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, \
		{ "debug", no_argument, NULL, 'd' },                               \
	{                                                                          \
		"bpffs", required_argument, NULL, OPTION_BPFFS                     \
	}
#define OPTIONS_JSON_LONG                        \
	{ "json", no_argument, NULL, 'j' },      \
	{                                        \
		"pretty", no_argument, NULL, 'p' \
	}

enum { OPTION_BPFFS = 0x100 };

/* What OPTIONS_LONG does, for a tool's help; a line each. */
#define OPTIONS_HELP                                                            \
	"      --bpffs DIR     the BPF filesystem to use (" BPFFS_DEFAULT ")\n" \
	"  -d, --debug         what the BPF libraries say, on stderr\n"         \
	"  -h, --help          this text\n"                                     \
	"  -V, --version       the version\n"
#define OPTIONS_JSON_HELP                              \
	"  -j, --json          JSON instead of text\n" \
	"  -p, --pretty        JSON, indented\n"

/* What option_common() made of an option. */
enum option_result {
	OPTION_TAKEN, /* go on */
	OPTION_OTHER, /* not one of the shared ones */
	OPTION_EXIT,  /* done: exit with *status */
};

/*
 * Handles one value that getopt_long() gave (with ':' at the head of its short
 * options, so that it prints nothing). `help` prints the tool's help on stdout.
 */
enum option_result option_common(int opt, char **argv, const char *program, void (*help)(void),
				 struct options *o, int *status);

/*
 * Takes "[dev] IFACE" off the words that are left: *argc and *argv move on.
 * Returns the name, or NULL after saying that it is missing or no interface
 * name; exit with EXIT_USAGE then. "dev" is an interface if it is the last word.
 */
const char *arguments_dev(int *argc, char ***argv);

/*
 * Takes one such name after the other into `names`, which has room for argc; at
 * least one, none twice. Returns how many, or -EINVAL after saying what is wrong.
 */
int arguments_devs(int argc, char **argv, const char **names);

/* As arguments_dev(), with nothing behind it. Returns NULL after saying what is wrong. */
const char *arguments_dev_only(int argc, char **argv);

/*
 * Takes a word that may stand there once off those that are left, of which there is
 * one at least. Returns it, or NULL after saying that it comes again.
 */
const char *arguments_once(int *argc, char ***argv);

/* A subcommand of a tool: a line of its table, from which its help is printed. */
struct command {
	const char *name;
	const char *words; /* its grammar */
	const char *help;
	int (*run)(const struct options *o, int argc, char **argv); /* the words behind `name` */
};

/*
 * Finds and runs argv[0]; `commands` ends with a NULL name. Says which word is
 * unknown and what there is. Returns the exit status.
 */
int command_run(const struct command *commands, const struct options *o, int argc, char **argv);

/* Prints "  NAME WORDS" and the help of each command on stdout. */
void command_help(const struct command *commands);

#endif
