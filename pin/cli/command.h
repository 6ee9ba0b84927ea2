/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of a tool, from one table, from which its help is printed as well. */
#ifndef XDPTAP_PIN_CLI_COMMAND_H
#define XDPTAP_PIN_CLI_COMMAND_H

struct options;

/* A line of a tool's table, which ends with one that is all 0. */
struct command {
	const char *name;
	const char *arguments; /* their grammar */
	const char *help;
	/* Gets the arguments after `name`. Returns the exit status. */
	int (*run)(const struct options *o, int argc, char **argv);
};

/*
 * Finds and runs the command argv[0]. Returns the exit status: EXIT_USAGE after saying that
 * it is missing or unknown, and which commands there are.
 */
int command_run(const struct command *commands, const struct options *o, int argc, char **argv);

/* Prints name, arguments and help of each command on stdout. */
void command_help(const struct command *commands);

#endif
