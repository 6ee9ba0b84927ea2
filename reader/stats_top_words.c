// SPDX-License-Identifier: BSD-2-Clause
/* Parses "[dev] IFACE [key KEY] [by ORDER] [count N] [watch [SECS]]". */
#include <stdio.h>
#include <string.h>

#include "pin/diag.h"
#include "pin/number.h"
#include "pin/options.h"
#include "reader/stats_top_words.h"

#define NS_PER_SEC      UINT64_C(1000000000)
#define INTERVAL_MIN_NS (NS_PER_SEC / 10)
#define INTERVAL_MAX_NS (3600 * NS_PER_SEC)

static void hint_names(const char *const *names, int n)
{
	fputs("hint: there are:", stderr);
	for (int i = 0; i < n; i++)
		fprintf(stderr, " %s", names[i]);
	fputc('\n', stderr);
}

/* Which of `names` it is; -1 after saying that it is none. */
static int choose(const char *what, const char *word, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(word, names[i]))
			return i;
	diag_error("%s '%s' is unknown", what, word);
	hint_names(names, n);
	return -1;
}

static int parse_count(const char *word, size_t *count)
{
	uint64_t value;

	if (number_count(word, &value)) {
		diag_error("count '%s' is not a number " NUMBER_COUNT_RANGE, word);
		return -1;
	}
	*count = (size_t)value;
	return 0;
}

/* Takes the seconds off the words, if there are any. */
static int parse_watch(int *argc, char ***argv, uint64_t *ns)
{
	const char *word = *argc ? (*argv)[0] : "";

	*ns = NS_PER_SEC;
	/* No other word begins like a number. */
	if (!*word || !strchr("0123456789.+-", *word))
		return 0;
	if (number_seconds(word, ns) || *ns < INTERVAL_MIN_NS || *ns > INTERVAL_MAX_NS) {
		diag_error("watch '%s' is not a number of seconds from 0.1 to 3600", word);
		return -1;
	}
	--*argc;
	++*argv;
	return 0;
}

int top_words(int argc, char **argv, struct top_request *rq)
{
	struct top_request r = { .count = TOP_COUNT_DEFAULT };
	const char *word, *value;
	int chosen;

	r.ifname = word_dev(&argc, &argv);
	if (!r.ifname)
		return EXIT_USAGE;
	while (argc) {
		word = *argv++;
		argc--;
		for (char **w = argv; w < argv + argc; w++) {
			if (!strcmp(*w, word)) {
				diag_error("'%s' is given twice", word);
				return EXIT_USAGE;
			}
		}
		if (!strcmp(word, "watch")) {
			if (parse_watch(&argc, &argv, &r.interval_ns))
				return EXIT_USAGE;
			continue;
		}
		if (strcmp(word, "key") && strcmp(word, "by") && strcmp(word, "count")) {
			diag_error("unknown word '%s'", word);
			diag_hint("there are: key by count watch");
			return EXIT_USAGE;
		}
		if (!argc) {
			diag_error("'%s' needs a value", word);
			if (!strcmp(word, "key"))
				hint_names(rank_key_names, RANK_KEYS);
			else if (!strcmp(word, "by"))
				hint_names(rank_by_names, RANK_BYS);
			return EXIT_USAGE;
		}
		value = *argv++;
		argc--;
		if (!strcmp(word, "key")) {
			chosen = choose(word, value, rank_key_names, RANK_KEYS);
			r.key = (enum rank_key)chosen;
		} else if (!strcmp(word, "by")) {
			chosen = choose("order", value, rank_by_names, RANK_BYS);
			r.by = (enum rank_by)chosen;
		} else {
			chosen = parse_count(value, &r.count);
		}
		if (chosen < 0)
			return EXIT_USAGE;
	}
	*rq = r;
	return EXIT_OK;
}
