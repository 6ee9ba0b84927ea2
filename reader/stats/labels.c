// SPDX-License-Identifier: BSD-2-Clause
/* Checks and escapes --label NAME=VALUE; used by main.c. The rules are those of Prometheus. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/stats/labels.h"
#include "reader/text/utf8.h"

/* Those that prometheus.c writes itself. */
static const char *const ours[] = { "interface",  "cpu",   "protocol", "family",  "version",
				    "mode",       "prio",  "rings",    "flows",   "snaplen",
				    "dispatcher", "trace", "at_exit",  "program", "prog_id",
				    "action",     "kind" };

/* [a-zA-Z_][a-zA-Z0-9_]* */
static size_t name_length(const char *word)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	return *word && strchr(first, *word) ? 1 + strspn(word + 1, "0123456789"
								    "abcdefghijklmnopqrstuvwxyz"
								    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
					     : 0;
}

static bool is_ours(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strlen(ours[i]) == length && !strncmp(ours[i], name, length))
			return true;
	return false;
}

/* Whether the labels have this name already. Quotes in values are escaped, so ,NAME=" is one. */
static bool has_name(const char *labels, const char *name, size_t length)
{
	char *text;
	bool has;

	if (!labels || asprintf(&text, ",%.*s=\"", (int)length, name) < 0)
		return false;
	has = strstr(labels, text);
	free(text);
	return has;
}

static bool is_utf8(const char *text)
{
	size_t n = 1;

	for (; *text && n; text += n)
		n = utf8_bytes(text);
	return n;
}

/* Returns the end of the escaped value. */
static char *put_value(char *p, const char *value)
{
	for (; *value; value++) {
		if (*value == '\\' || *value == '"' || *value == '\n')
			*p++ = '\\';
		*p++ = *value == '\n' ? 'n' : *value;
	}
	return p;
}

const char *labels_add(char **labels, const char *word)
{
	size_t length = name_length(word), used = *labels ? strlen(*labels) : 0;
	char *all, *p;

	if (!length || word[length] != '=')
		return "is not NAME=VALUE with a NAME of letters, digits and _";
	if (!strncmp(word, "__", 2))
		return "begins with __, which Prometheus reserves";
	if (is_ours(word, length))
		return "is a label that the metrics have already";
	if (has_name(*labels, word, length))
		return "is given twice";
	if (!is_utf8(word))
		return "is not UTF-8";
	all = realloc(*labels, used + 2 * strlen(word) + sizeof(",\"\""));
	if (!all)
		return "does not fit into memory";
	*labels = all;
	p = all + used;
	*p++ = ',';
	p = mempcpy(p, word, length + 1);
	*p++ = '"';
	p = put_value(p, word + length + 1);
	*p++ = '"';
	*p = '\0';
	return NULL;
}
