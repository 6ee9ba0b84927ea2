// SPDX-License-Identifier: BSD-2-Clause
/* Parses "[dev] IFACE [key KEY] [by ORDER] [count N] [watch [SECS]]". */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pin/cli/diag.h"
#include "pin/now.h"
#include "pin/cli/number.h"
#include "pin/cli/options.h"
#include "reader/stats/interval.h"
#include "reader/stats/top_arguments.h"

/* The value that stands behind a word. NULL after saying that there is none. */
static const char *take_value(const char *word, int *argc, char ***argv)
{
	if (!*argc) {
		diag_error("'%s' needs a value", word);
		return NULL;
	}
	--*argc;
	return *(*argv)++;
}

/* Which of `names` the value of `word` is; -1 after saying that it is none. */
static int take_choice(const char *word, const char *what, const char *const *names, int n,
		       int *argc, char ***argv)
{
	const char *value = take_value(word, argc, argv);

	for (int i = 0; value && i < n; i++)
		if (!strcmp(value, names[i]))
			return i;
	if (value)
		diag_error("%s '%s' is unknown", what, value);
	fputs("hint: there are:", stderr);
	for (int i = 0; i < n; i++)
		fprintf(stderr, " %s", names[i]);
	fputc('\n', stderr);
	return -1;
}

/* Returns whether it is right; else says why not. */
static bool take_count(size_t *count, int *argc, char ***argv)
{
	const char *word = take_value("count", argc, argv);
	uint64_t value;

	if (!word)
		return false;
	if (number_count(word, &value)) {
		diag_error("count '%s' is not a number " NUMBER_COUNT_RANGE, word);
		return false;
	}
	*count = (size_t)value;
	return true;
}

/* The seconds, if there are any. Returns whether they are right; else says why not. */
static bool take_watch(int *argc, char ***argv, uint64_t *ns)
{
	const char *word = *argc ? (*argv)[0] : "";

	*ns = NS_PER_SEC;
	/* No other word begins like a number. */
	if (!*word || !strchr("0123456789.+-", *word))
		return true;
	if (!interval_parse(word, ns))
		return false;
	--*argc;
	++*argv;
	return true;
}

/* A word, and its value if it has one. Returns whether they are right; else says why not. */
static bool take_word(struct top_request *r, int *argc, char ***argv)
{
	const char *word = arguments_once(argc, argv);
	int choice;

	if (!word)
		return false;
	if (!strcmp(word, "watch"))
		return take_watch(argc, argv, &r->interval_ns);
	if (!strcmp(word, "count"))
		return take_count(&r->count, argc, argv);
	if (!strcmp(word, "key")) {
		choice = take_choice(word, "key", rank_key_names, RANK_KEYS, argc, argv);
		r->key = (enum rank_key)choice;
		return choice >= 0;
	}
	if (!strcmp(word, "by")) {
		choice = take_choice(word, "order", rank_by_names, RANK_BYS, argc, argv);
		r->by = (enum rank_by)choice;
		return choice >= 0;
	}
	diag_error("unknown word '%s'", word);
	diag_hint("there are: key by count watch");
	return false;
}

int top_arguments_parse(int argc, char **argv, struct top_request *rq)
{
	struct top_request r = { .count = TOP_COUNT_DEFAULT };

	r.ifname = arguments_dev(&argc, &argv);
	if (!r.ifname)
		return EXIT_USAGE;
	while (argc)
		if (!take_word(&r, &argc, &argv))
			return EXIT_USAGE;
	*rq = r;
	return EXIT_OK;
}
