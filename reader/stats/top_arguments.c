// SPDX-License-Identifier: BSD-2-Clause
/* Parses "[dev] IFACE [key KEY] [by ORDER] [count N] [watch [SECS]]". */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pin/cli/diag.h"
#include "pin/cli/number.h"
#include "pin/cli/arguments.h"
#include "pin/cli/options.h"
#include "pin/now.h"
#include "reader/stats/interval.h"
#include "reader/stats/top_arguments.h"

/* Takes the value of the argument `name`. Returns NULL after printing that there is none. */
static const char *take_value(const char *name, int *argc, char ***argv)
{
	if (!*argc) {
		diag_error("'%s' needs a value", name);
		return NULL;
	}
	--*argc;
	return *(*argv)++;
}

/* Takes the value of `name`. Returns its index in `values`, or -1 after printing what is wrong. */
static int take_choice(const char *name, const char *const *values, int n, int *argc, char ***argv)
{
	const char *value = take_value(name, argc, argv);

	for (int i = 0; value && i < n; i++)
		if (!strcmp(value, values[i]))
			return i;
	if (value)
		diag_error("unknown value '%s' of '%s'", value, name);
	fputs("hint: use one of:", stderr);
	for (int i = 0; i < n; i++)
		fprintf(stderr, " %s", values[i]);
	fputc('\n', stderr);
	return -1;
}

/* Returns false after printing what is wrong. */
static bool take_count(size_t *count, int *argc, char ***argv)
{
	const char *value = take_value("count", argc, argv);
	uint64_t number;

	if (!value)
		return false;
	if (number_count(value, &number)) {
		diag_error("count '%s' is not a number " NUMBER_COUNT_RANGE, value);
		return false;
	}
	*count = (size_t)number;
	return true;
}

/* Takes the seconds, if there are any. Returns false after printing what is wrong. */
static bool take_watch(int *argc, char ***argv, uint64_t *ns)
{
	const char *seconds = *argc ? (*argv)[0] : "";

	*ns = NS_PER_SEC;
	/* No other argument begins like a number. */
	if (!*seconds || !strchr("0123456789.+-", *seconds))
		return true;
	if (!interval_parse(seconds, ns))
		return false;
	--*argc;
	++*argv;
	return true;
}

/* Takes an argument, and its value if it has one. Returns false after printing what is wrong. */
static bool take_argument(struct top_arguments *r, int *argc, char ***argv)
{
	const char *name = arguments_once(argc, argv);
	int choice;

	if (!name)
		return false;
	if (!strcmp(name, "watch"))
		return take_watch(argc, argv, &r->interval_ns);
	if (!strcmp(name, "count"))
		return take_count(&r->count, argc, argv);
	if (!strcmp(name, "key")) {
		choice = take_choice(name, rank_key_names, RANK_KEYS, argc, argv);
		r->key = (enum rank_key)choice;
		return choice >= 0;
	}
	if (!strcmp(name, "by")) {
		choice = take_choice(name, rank_by_names, RANK_BYS, argc, argv);
		r->by = (enum rank_by)choice;
		return choice >= 0;
	}
	diag_error("unknown argument '%s'", name);
	diag_hint("use one of: key by count watch");
	return false;
}

int top_arguments_parse(int argc, char **argv, struct top_arguments *args)
{
	struct top_arguments r = { .count = TOP_ARGUMENTS_COUNT_DEFAULT };

	r.ifname = arguments_dev(&argc, &argv);
	if (!r.ifname)
		return EXIT_USAGE;
	while (argc)
		if (!take_argument(&r, &argc, &argv))
			return EXIT_USAGE;
	*args = r;
	return EXIT_OK;
}
