// SPDX-License-Identifier: BSD-2-Clause
/* Finding and running a command; used by xdptap-loader and xdptap-stats. */
#include <stdio.h>
#include <string.h>

#include "pin/cli/command.h"
#include "pin/cli/diag.h"

int command_run(const struct command *commands, const struct options *o, int argc, char **argv)
{
	const struct command *c;

	for (c = commands; argc && c->name; c++)
		if (!strcmp(argv[0], c->name))
			return c->run(o, argc - 1, argv + 1);

	if (argc)
		diag_error("unknown command '%s'", argv[0]);
	else
		diag_error("a command is missing");
	fputs("hint: use one of:", stderr);
	for (c = commands; c->name; c++)
		fprintf(stderr, " %s", c->name);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

void command_help(const struct command *commands)
{
	for (const struct command *c = commands; c->name; c++)
		printf("  %s %s\n      %s\n", c->name, c->arguments, c->help);
}
