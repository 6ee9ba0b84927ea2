// SPDX-License-Identifier: BSD-2-Clause
/* Finds and marks the place of an error. */
#include <ctype.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pin/cli/expression_place.h"
#include "pin/now.h"

/* Columns of the expression that are shown, at most. */
#define COLUMNS 72

/*
 * What may follow the beginning of an expression, in every state that its grammar has, if what is
 * open is closed after it and then perhaps compared with a number.
 */
static const char *const completions[] = {
	"",
	" tcp",
	" 1",
	" 1.1.1.1",
	" ::1",
	" 1:1:1:1:1:1",
	" tcp-syn",
	" dst 1:1:1:1:1:1",
	" dst 1.1.1.1",
	" dst port 1",
	" dst net 10",
	" port 1",
	" 1-2",
	" \\tcp",
	" broadcast",
	" 255.255.255.0",
	" ip",
	" i",
	"[0",
};

/* How long to search: libpcap asks for the names of hosts each time. */
#define SEARCH_MAX_NS 2000000000ull

/* Brackets that are open at the same time, at most; with more, no place is found. */
#define DEPTH_MAX 64

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._-\\", c)) || (unsigned char)c >= 0x80;
}

/* Returns the end of the word or operator that begins at `at`. */
static size_t token_end(const char *text, size_t at, int brackets)
{
	static const char *const operators[] = { "<=", ">=", "!=", "==", "<<", ">>", "&&", "||" };

	if (in_word(text[at]) || (text[at] == ':' && !brackets)) {
		while (text[at] && (in_word(text[at]) || (text[at] == ':' && !brackets)))
			at++;
		return at;
	}
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (!strncmp(text + at, operators[i], 2))
			return at + 2;
	return at + 1;
}

struct tokens {
	size_t n;
	struct token {
		size_t begin, end;
	} * token;
};

static bool split(const char *text, struct tokens *tokens)
{
	int brackets = 0;

	tokens->n = 0;
	tokens->token = calloc(strlen(text) + 1, sizeof(*tokens->token));
	if (!tokens->token)
		return false;
	for (size_t at = 0; text[at];) {
		struct token *token = &tokens->token[tokens->n];

		if (isspace((unsigned char)text[at])) {
			at++;
			continue;
		}
		brackets += (text[at] == '[') - (text[at] == ']');
		token->begin = at;
		token->end = at = token_end(text, at, brackets > 0);
		tokens->n++;
	}
	return true;
}

/* Fills in the brackets that close those that are open, innermost first. Returns their number. */
static size_t closing(const char *text, char to[DEPTH_MAX])
{
	char open[DEPTH_MAX] = "";
	size_t n = 0;

	for (; *text; text++) {
		if ((*text == '(' || *text == '[') && n < DEPTH_MAX)
			open[n++] = *text == '(' ? ')' : ']';
		else if ((*text == ')' || *text == ']') && n)
			n--;
	}
	for (size_t i = 0; i < n; i++)
		to[i] = open[n - 1 - i];
	return n;
}

struct judge {
	bool (*wrong)(void *libpcap, const char *text);
	void *libpcap;
	uint64_t until_ns; /* CLOCK_MONOTONIC */
};

static bool out_of_time(const struct judge *judge)
{
	return now_ns(CLOCK_MONOTONIC) > judge->until_ns;
}

/* Whether libpcap accepts the text if its brackets are closed; `end` is the text's end, where there
 * is room. */
static bool accepted_if_closed(const struct judge *judge, char *text, char *end)
{
	static const char comparison[] = " = 1";
	char close[DEPTH_MAX];
	size_t n = closing(text, close);

	memcpy(end, close, n);
	end[n] = '\0';
	if (!judge->wrong(judge->libpcap, text))
		return true;
	/* After some of the brackets: those of arithmetic, and not those around conditions. */
	for (size_t i = 0; i <= n && !out_of_time(judge); i++) {
		memcpy(end, close, i);
		memcpy(end + i, comparison, strlen(comparison));
		memcpy(end + i + strlen(comparison), close + i, n - i);
		end[n + strlen(comparison)] = '\0';
		if (!judge->wrong(judge->libpcap, text))
			return true;
	}
	return false;
}

/* Whether libpcap accepts any expression that begins with these bytes. */
static bool can_go_on(const struct judge *judge, const char *expression, size_t len)
{
	char *text = malloc(len + DEPTH_MAX + 64);
	bool can = false;

	if (!text)
		return false;
	memcpy(text, expression, len);
	for (size_t i = 0; i < sizeof(completions) / sizeof(completions[0]) && !can; i++) {
		if (out_of_time(judge))
			break;
		can = accepted_if_closed(judge, text, stpcpy(text + len, completions[i]));
	}
	free(text);
	return can;
}

long expression_place_syntax_error(const char *expression,
				   bool (*wrong)(void *libpcap, const char *text), void *libpcap)
{
	const struct judge judge = { wrong, libpcap, now_ns(CLOCK_MONOTONIC) + SEARCH_MAX_NS };
	size_t good = 0, bad;
	struct tokens tokens;
	long at;

	if (!split(expression, &tokens))
		return -1;
	/* So many words can be the beginning of an expression, and so many can't. */
	bad = tokens.n + 1;
	while (bad - good > 1) {
		size_t middle = good + (bad - good) / 2;

		if (can_go_on(&judge, expression, tokens.token[middle - 1].end))
			good = middle;
		else
			bad = middle;
	}
	at = out_of_time(&judge) ? -1
	     : good < tokens.n   ? (long)tokens.token[good].begin
				 : (long)strlen(expression);
	free(tokens.token);
	return at;
}

long expression_place_quoted(const char *expression, const char *message)
{
	const char *begin = strpbrk(message, "'\""), *end, *found, *next;
	char word[256];
	size_t len;

	end = begin ? strchr(begin + 1, *begin) : NULL;
	if (!end || end == begin + 1 || (size_t)(end - begin) > sizeof(word))
		return -1;
	len = (size_t)(end - begin - 1);
	memcpy(word, begin + 1, len);
	word[len] = '\0';
	found = strstr(expression, word);
	next = found ? strstr(found + 1, word) : NULL;
	if (!found || next || (found > expression && in_word(found[-1]) && in_word(word[0])) ||
	    (in_word(found[len]) && in_word(word[len - 1])))
		return -1;
	return found - expression;
}

void expression_place_mark(struct reason *why, const char *expression, long at)
{
	size_t len = strlen(expression), from = 0, to = len, used = strlen(why->text);
	char shown[COLUMNS + 8], *p = shown;

	if (len > COLUMNS) {
		from = at > COLUMNS / 2 ? (size_t)at - COLUMNS / 2 : 0;
		to = from + COLUMNS < len ? from + COLUMNS : len;
	}
	if (from)
		p = stpcpy(p, "..");
	for (size_t i = from; i < to; i++)
		*p++ = isprint((unsigned char)expression[i]) ? expression[i] : ' ';
	strcpy(p, to < len ? ".." : "");
	snprintf(why->text + used, sizeof(why->text) - used, "\n    %s\n    %*s^", shown,
		 (int)((size_t)at - from + (from ? 2 : 0)), "");
}
