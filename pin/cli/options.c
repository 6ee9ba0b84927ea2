// SPDX-License-Identifier: BSD-2-Clause
/* Parsing options, and printing what they do; used by all three tools. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "pin/cli/diag.h"
#include "pin/cli/options.h"

/* Enough for every table; a tool with more would not even pass its first test. */
#define TABLE_MAX 48

/* Where the text of --help begins, in columns. */
#define HELP_COLUMN 22

/* getopt_long() takes "--bpffs/" too; paths are printed, so keep them tidy. */
static const char *without_slash(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	return path;
}

/* "-1" is meant as a number, where an argument is expected. */
static void hint_at_help(int opt, const char *program)
{
	if (opt == '?' && optopt >= '0' && optopt <= '9')
		diag_hint("a number can't be negative; '%s --help' lists the options", program);
	else
		diag_hint("'%s --help' lists the options", program);
}

/* What getopt_long() wants to know of the table. */
struct getopt_arguments {
	char letters[2 * TABLE_MAX + 2];
	struct option names[TABLE_MAX + 1];
};

static void fill(struct getopt_arguments *g, const struct option_spec *table)
{
	struct option *name = g->names;
	char *letter = g->letters;

	*letter++ = ':'; /* getopt prints nothing, and tells a missing argument apart */
	for (const struct option_spec *s = table; s->help && s < table + TABLE_MAX; s++) {
		if (s->name)
			*name++ = (struct option){ s->name,
						   s->arg ? required_argument : no_argument, NULL,
						   s->value };
		if (s->value && s->value < OPTION_LONG) {
			*letter++ = (char)s->value;
			if (s->arg)
				*letter++ = ':';
		}
	}
	*letter = '\0';
	*name = (struct option){ 0 };
}

static bool take_bpffs(struct options *o)
{
	if (!*optarg) {
		diag_error("--bpffs: the name of the directory is empty");
		return false;
	}
	o->bpffs = without_slash(optarg);
	return true;
}

/*
 * A short option may stand in a cluster; optopt is its letter then. A long one is unknown, or
 * has an argument that it does not take.
 */
static bool refuse_unknown(char **argv)
{
	if (!strncmp(argv[optind - 1], "--", 2))
		diag_error("unknown option '%s'", argv[optind - 1]);
	else
		diag_error("unknown option '-%c'", optopt);
	return false;
}

/* Returns false after printing what is wrong. */
static bool take(const struct options_tool *tool, int value, struct options *o, void *arg)
{
	switch (value) {
	case 'd':
		diag_set_debug();
		return true;
	case 'p':
		o->pretty = true;
		o->json = true;
		return true;
	case 'j':
		o->json = true;
		return true;
	default:
		return tool->take(value, arg);
	}
}

bool options_parse(const struct options_tool *tool, int argc, char **argv, struct options *o,
		   void *arg, int *status)
{
	struct getopt_arguments g;
	bool ok = true;
	int opt;

	fill(&g, tool->table);
	while (ok && (opt = getopt_long(argc, argv, g.letters, g.names, NULL)) != -1) {
		*status = EXIT_USAGE;
		switch (opt) {
		case 'h':
			tool->help();
			*status = EXIT_OK;
			return false;
		case 'V':
			printf("%s %s\n", tool->program, XDPTAP_VERSION);
			*status = EXIT_OK;
			return false;
		case ':':
			diag_error("option '%s' needs a value", argv[optind - 1]);
			hint_at_help(opt, tool->program);
			return false;
		case '?':
			ok = refuse_unknown(argv);
			hint_at_help(opt, tool->program);
			break;
		case OPTION_BPFFS:
			ok = take_bpffs(o);
			if (!ok)
				hint_at_help(opt, tool->program);
			break;
		default:
			ok = take(tool, opt, o, arg);
		}
	}
	return ok;
}

/* Prints the help of an option, its further lines below the first one. */
static void print_help(const char *help)
{
	for (; *help; help++) {
		putchar(*help);
		if (*help == '\n')
			printf("%*s", HELP_COLUMN, "");
	}
	putchar('\n');
}

void options_help(const struct option_spec *table)
{
	char left[64];
	int n;

	for (const struct option_spec *s = table; s->help; s++) {
		if (!s->value) {
			printf("%s%s\n", s == table ? "" : "\n", s->help);
			continue;
		}
		n = s->value < OPTION_LONG ? snprintf(left, sizeof(left), "  -%c", s->value)
					   : snprintf(left, sizeof(left), "    ");
		if (s->name)
			n += snprintf(left + n, sizeof(left) - (size_t)n, "%s--%s",
				      s->value < OPTION_LONG ? ", " : "  ", s->name);
		if (s->arg)
			n += snprintf(left + n, sizeof(left) - (size_t)n, " %s", s->arg);
		if (n > HELP_COLUMN - 2)
			printf("%s\n%*s", left, HELP_COLUMN, "");
		else
			printf("%-*s", HELP_COLUMN, left);
		print_help(s->help);
	}
}
