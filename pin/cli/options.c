// SPDX-License-Identifier: BSD-2-Clause
/* Options and words of the command line; used by all three tools. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pin/bpffs.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/tap.h"

/* getopt_long() takes "--bpffs/" too; paths are printed, so keep them tidy. */
static const char *without_slash(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	return path;
}

/* "-1" is meant as a number, where a word wants one. */
static void hint_at_help(int opt, const char *program)
{
	if (opt == '?' && optopt >= '0' && optopt <= '9')
		diag_hint("numbers are not negative; '%s --help' lists the options", program);
	else
		diag_hint("'%s --help' lists the options", program);
}

enum option_result option_common(int opt, char **argv, const char *program, void (*help)(void),
				 struct options *o, int *status)
{
	*status = EXIT_OK;
	switch (opt) {
	case 'h':
		help();
		return OPTION_EXIT;
	case 'V':
		printf("%s %s\n", program, XDPTAP_VERSION);
		return OPTION_EXIT;
	case 'd':
		diag_set_debug();
		return OPTION_TAKEN;
	case 'p':
		o->pretty = true;
		o->json = true;
		return OPTION_TAKEN;
	case 'j':
		o->json = true;
		return OPTION_TAKEN;
	case OPTION_BPFFS:
		if (!*optarg) {
			diag_error("--bpffs: the directory is empty");
			break;
		}
		o->bpffs = without_slash(optarg);
		return OPTION_TAKEN;
	case ':':
		diag_error("option '%s' needs a value", argv[optind - 1]);
		break;
	case '?':
		/* A short option may stand in a cluster; optopt is then its letter.
		 * A long one is unknown, or has a value that it does not take. */
		if (!strncmp(argv[optind - 1], "--", 2))
			diag_error("unknown option '%s'", argv[optind - 1]);
		else
			diag_error("unknown option '-%c'", optopt);
		break;
	default:
		return OPTION_OTHER;
	}
	hint_at_help(opt, program);
	*status = EXIT_USAGE;
	return OPTION_EXIT;
}

const char *arguments_dev(int *argc, char ***argv)
{
	const char *name;

	if (*argc > 1 && !strcmp((*argv)[0], "dev")) {
		--*argc;
		++*argv;
	}
	if (*argc < 1) {
		diag_error("the name of an interface is missing");
		diag_hint("'ip link show' lists the interfaces");
		return NULL;
	}
	name = (*argv)[0];
	if (!tap_name_valid(name)) {
		diag_error("'%s' is not the name of an interface", name);
		return NULL;
	}
	--*argc;
	++*argv;
	return name;
}

int arguments_devs(int argc, char **argv, const char **names)
{
	int n = 0;

	do {
		names[n] = arguments_dev(&argc, &argv);
		if (!names[n])
			return -EINVAL;
		for (int i = 0; i < n; i++) {
			if (!strcmp(names[i], names[n])) {
				diag_error("interface '%s' is named twice", names[n]);
				return -EINVAL;
			}
		}
		n++;
	} while (argc);
	return n;
}

const char *arguments_dev_only(int argc, char **argv)
{
	const char *name = arguments_dev(&argc, &argv);

	if (name && argc) {
		diag_error("unknown word '%s'", argv[0]);
		return NULL;
	}
	return name;
}

const char *arguments_once(int *argc, char ***argv)
{
	const char *word = (*argv)[0];

	--*argc;
	++*argv;
	for (int i = 0; i < *argc; i++) {
		if (!strcmp((*argv)[i], word)) {
			diag_error("'%s' is given twice", word);
			return NULL;
		}
	}
	return word;
}

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
	fputs("hint: there are:", stderr);
	for (c = commands; c->name; c++)
		fprintf(stderr, " %s", c->name);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

void command_help(const struct command *commands)
{
	for (const struct command *c = commands; c->name; c++)
		printf("  %s %s\n      %s\n", c->name, c->words, c->help);
}
