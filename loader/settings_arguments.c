// SPDX-License-Identifier: BSD-2-Clause
/* Parses filter, sample, snaplen and action; used by attach_arguments.c and set.c. */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "bpf/abi.h"
#include "loader/settings_arguments.h"
#include "pin/cli/diag.h"
#include "pin/cli/number.h"
#include "pin/cli/options.h"
#include "pin/verdicts.h"

static int parse_snaplen(const char *word, __u32 *snaplen)
{
	const char *rest;
	uint64_t value;

	if (!strcmp(word, "full")) {
		*snaplen = XDPTAP_SNAPLEN_MAX;
		return EXIT_OK;
	}
	rest = number_digits(word, XDPTAP_SNAPLEN_MAX, &value);
	if (!rest || *rest) {
		diag_error("snaplen '%s' is neither full nor a number from 0 to %u", word,
			   XDPTAP_SNAPLEN_MAX);
		return EXIT_USAGE;
	}
	*snaplen = (__u32)value;
	return EXIT_OK;
}

static int parse_sample(const char *word, __u32 *sample)
{
	const char *rest;
	uint64_t value;

	rest = number_digits(word, UINT32_MAX, &value);
	if (!rest || *rest || !value) {
		diag_error("sample '%s' is not a number from 1 to %u", word, UINT32_MAX);
		return EXIT_USAGE;
	}
	*sample = (__u32)value;
	return EXIT_OK;
}

static int parse_filter(const char *word, struct capture_settings *settings)
{
	struct reason reason;

	if (!*word) {
		program_free_settings(settings);
		settings->filter = word;
		return EXIT_OK;
	}
	if (!program_set_filter(settings, word, &reason))
		return EXIT_OK;
	diag_error_lines("filter", reason.text);
	diag_hint("pcap-filter(7) describes expressions; quote them: filter 'tcp port 443'");
	return EXIT_USAGE;
}

/* Returns the enum xdptap_action of a name of `len` characters, in either case, or -1. */
static int find_action(const char *name, size_t len)
{
	for (int i = 0; i < XDPTAP_ACTIONS; i++) {
		const char *key = verdicts_action_key((__u32)i);

		if (strlen(key) == len && !strncasecmp(name, key, len))
			return i;
	}
	return -1;
}

/* Names with commas between, or all. */
static int parse_actions(const char *word, __u32 *actions)
{
	size_t len;
	int action;

	*actions = 0;
	if (!strcmp(word, "all")) {
		*actions = VERDICTS_ALL_ACTIONS;
		return EXIT_OK;
	}
	for (;; word += len + 1) {
		len = strcspn(word, ",");
		action = find_action(word, len);
		if (action < 0) {
			diag_error("action '%.*s' is not known", (int)len, word);
			diag_hint("use all, or some of: aborted,drop,pass,tx,redirect,other");
			return EXIT_USAGE;
		}
		*actions |= 1u << action;
		if (!word[len])
			return EXIT_OK;
	}
}

int settings_arguments_refuse(const char *word, const char *known, const struct capture_settings *s)
{
	diag_error("unknown argument '%s'", word);
	if (s->filter && *s->filter)
		diag_hint(
			"quote an expression of several words: filter '%s %s ...'; or use one of: %s",
			s->filter, word, known);
	else
		diag_hint("use one of: %s", known);
	return EXIT_USAGE;
}

bool settings_arguments_know(const char *word)
{
	return !strcmp(word, "filter") || !strcmp(word, "sample") || !strcmp(word, "snaplen") ||
	       !strcmp(word, "action");
}

int settings_arguments_take(const char *word, const char *value, struct capture_settings *s)
{
	if (!strcmp(word, "filter"))
		return parse_filter(value, s);
	if (!strcmp(word, "sample"))
		return parse_sample(value, &s->sample);
	if (!strcmp(word, "action"))
		return parse_actions(value, &s->actions);
	return parse_snaplen(value, &s->snaplen);
}
