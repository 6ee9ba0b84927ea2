// SPDX-License-Identifier: BSD-2-Clause
/* Prints messages on stderr; used by all three tools. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "pin/cli/diag.h"
#include "reader/text/escape.h"

static const char *program = "xdptap";
static bool debug;

__attribute__((format(printf, 2, 0))) static int print_libbpf(enum libbpf_print_level level,
							      const char *fmt, va_list args)
{
	(void)level;
	return diag_library(fmt, args);
}

void diag_init(const char *name)
{
	program = name;
	libbpf_set_print(print_libbpf);
}

void diag_set_debug(void)
{
	debug = true;
}

bool diag_debug(void)
{
	return debug;
}

/* Names and paths are others' choice, so the line is escaped as a whole. */
__attribute__((format(printf, 2, 0))) static void say(const char *prefix, const char *fmt,
						      va_list args)
{
	char *line = NULL, *escaped = NULL;

	if (vasprintf(&line, fmt, args) < 0)
		line = NULL;
	if (line)
		escaped = malloc(ESCAPE_GROWTH * strlen(line) + 1);
	if (escaped)
		*escape_put(escaped, line) = '\0';
	/* Without memory, the words alone are better than nothing. */
	fprintf(stderr, "%s%s%s\n", prefix, *prefix ? ": " : "", escaped ? escaped : fmt);
	free(escaped);
	free(line);
}

void diag_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(program, fmt, args);
	va_end(args);
}

void diag_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(program, fmt, args);
	va_end(args);
}

void diag_hint(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("hint", fmt, args);
	va_end(args);
}

/* Prints what is no part of the line before, as it is. */
__attribute__((format(printf, 1, 2))) static void say_more(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("", fmt, args);
	va_end(args);
}

void diag_error_lines(const char *what, const char *text)
{
	int len = (int)strcspn(text, "\n");

	diag_error("%s: %.*s", what, len, text);
	diag_lines(text + len + (text[len] == '\n'));
}

void diag_error_hint(const char *what, const char *text, const char *otherwise)
{
	int len = (int)strcspn(text, "\n");
	const char *hint = text[len] ? text + len + 1 : otherwise;

	diag_error("%s: %.*s", what, len, text);
	if (hint)
		diag_hint("%s", hint);
}

int diag_library(const char *fmt, va_list args)
{
	char *text;

	if (!debug || vasprintf(&text, fmt, args) < 0)
		return 0;
	diag_lines(text);
	free(text);
	return 0;
}

void diag_lines(const char *text)
{
	int len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = (int)strcspn(text, "\n");
		say_more("%.*s", len, text);
	}
}
